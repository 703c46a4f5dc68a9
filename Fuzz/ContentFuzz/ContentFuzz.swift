import Bytes
import FuzzSupport
import HTTPDecoding

/// Content codings, event streams and envelopes. The input's first byte chooses the coding. Output keeps its bounds.
@c(LLVMFuzzerTestOneInput)
public func testContent(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let input = unsafe copied(bytes, count)
    let rest = Array(input.dropFirst())
    let codings = ["gzip", "deflate", "br", "zstd"]
    let coding = codings[Int(input[0] % 4)]
    let stack = input[0] & 0x40 != 0 ? [coding, "gzip"] : [coding]
    let content = ContentDecoder(sizeLimit: 1 << 20).decode(rest, codings: stack)
    require(content.bytes.count <= max(1 << 20, rest.count), "more was decoded than the bound allows")
    let data = ServerSentEvents.read(rest).reduce(0) { $0 + $1.data.count }
    require(data <= rest.count, "events hold more data than the stream")
    let fields = [HTTPField(name: Array("grpc-encoding".utf8), value: Array(coding.utf8))]
    _ = MessageEnvelopes.read(rest, fields: fields, decoder: ContentDecoder(sizeLimit: 1 << 16))
    return 0
}
