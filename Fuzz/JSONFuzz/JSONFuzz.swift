import Audit
import FuzzSupport

/// A JSON text, as the body of a request.
///
/// It is read or refused within its bounds; what was read has as many values as the budget counted, and the layers inside it are
/// decoded without a trap.
@c(LLVMFuzzerTestOneInput)
public func testJSON(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    var limits = FieldLimits()
    limits.nodes = 20_000
    limits.decodedBytes = 1 << 20
    var budget = FieldBudget(limits: limits)
    guard let node = try? JSONReader.read(input, budget: &budget).node else { return 0 }
    require(budget.nodes <= limits.nodes, "more values than the bound")
    var fields = 0
    node.forEachField(path: "body") { _ in fields += 1 }
    require(fields <= budget.nodes, "more fields than values")
    var decoder = LayerDecoder(limits: limits, unpack: ContentUnpacking.unpack)
    decoder.expanded(node).forEachField(path: "body") { field in _ = Auditor.marks(in: field) }
    require(decoder.budget.bytes <= limits.decodedBytes, "more decoded bytes than the bound")
    return 0
}
