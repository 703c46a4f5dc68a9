import Bytes
import Protocols

/// Which records of an answer belong to the name asked for: its own, and those of the names that it leads to.
///
/// A resolver may add records of other names; they say nothing of this question. A bit a record, no allocation.
struct CNAMEChain {
    /// Bit i: record i belongs to the name asked for.
    private var members: UInt64 = 0
    /// The least time to live of the aliases passed, for a chain counts no longer than its shortest link.
    private var leastAlias = UInt32.max
    /// Whether an address or a public name is among them.
    private(set) var hasUse = false
    /// Addresses of names that the question does not lead to.
    private(set) var strangers = 0

    init(_ message: borrowing DNSAnswerSet) {
        let records = message.records.prefix(64)
        // Records of a chain stand in order nearly always, so the second pass nearly always ends it.
        for _ in 0..<Self.maximumPasses {
            let before = members
            for index in records.indices where !contains(index) {
                if isReached(records[index].owner, in: message) { add(index, records[index]) }
            }
            if members == before { break }
        }
        for index in records.indices where !contains(index) {
            if case .address = records[index].content { strangers += 1 }
        }
    }

    /// Whether record `index` belongs to the name asked for.
    func contains(_ index: Int) -> Bool { members & (1 << UInt64(index)) != 0 }

    /// How long `record` counts for the name asked for, in seconds.
    func timeToLive(of record: DNSRecord) -> UInt32 { min(record.timeToLive, leastAlias) }

    private mutating func add(_ index: Int, _ record: DNSRecord) {
        members |= 1 << UInt64(index)
        switch record.content {
        case .address, .hint, .publicName: hasUse = true
        case .alias: leastAlias = min(leastAlias, record.timeToLive)
        case .service: break
        }
    }

    private func isReached(_ owner: ByteRange, in message: borrowing DNSAnswerSet) -> Bool {
        if Self.same(owner, message.question, in: message) { return true }
        for (index, record) in message.records.prefix(64).enumerated() where contains(index) {
            switch record.content {
            case .alias(let target): if Self.same(owner, target, in: message) { return true }
            case .service(let service): if Self.same(owner, service.target, in: message) { return true }
            case .address, .hint, .publicName: break
            }
        }
        return false
    }

    private static func same(_ left: ByteRange, _ right: ByteRange, in message: borrowing DNSAnswerSet) -> Bool {
        left == right || message.text[left.indices] == message.text[right.indices]
    }

    private static var maximumPasses: Int { 8 }
}
