import Audit
import FuzzSupport
import HTTPDecoding

/// A HAR file: its requests are read in the order of their start, or the file is refused.
@c(LLVMFuzzerTestOneInput)
public func testHAR(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let exchanges = try? HARReader.read(unsafe copied(bytes, count)) else { return 0 }
    for (index, exchange) in exchanges.enumerated() {
        require(exchange.number == index + 1, "requests out of order")
        let fields = RequestFields(exchange, unpack: ContentUnpacking.unpack).fields
        require(!fields.isEmpty, "a request without its path")
    }
    return 0
}
