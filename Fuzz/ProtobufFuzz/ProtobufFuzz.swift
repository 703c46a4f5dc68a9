import Audit
import FuzzSupport

/// A message of Protocol Buffers, and the same bytes as envelopes: read or refused within the bounds.
@c(LLVMFuzzerTestOneInput)
public func testProtobuf(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    var limits = FieldLimits()
    limits.nodes = 20_000
    var budget = FieldBudget(limits: limits)
    if let node = try? ProtobufReader.read(input, budget: &budget) {
        var fields = 0
        node.forEachField(path: "body") { _ in fields += 1 }
        require(fields <= budget.nodes, "more fields than values")
    }
    require(budget.nodes <= limits.nodes, "more values than the bound")
    require(EnvelopeReader.count(input) <= count, "more envelopes than bytes")
    return 0
}
