import Bytes
import Protocols

/// Which records of an answer belong to the name asked for: its own, and those of the names that it leads to.
///
/// A resolver may add records of other names; they say nothing of this question. Names are numbered once (`DNSNameNumbers`),
/// so that no two names are compared again for each pair of records. Cost: linear in the text of the names, and at most 64 passes
/// over 64 records of integer comparisons, whatever the order of the records.
struct CNAMEChain {
    /// Bit i: record i belongs to the name asked for.
    private var members: UInt64 = 0
    /// The least time to live of the aliases passed, for a chain counts no longer than its shortest link.
    private var leastAlias = UInt32.max
    /// Whether an address or a public name is among them.
    private(set) var hasUse = false
    /// Addresses of names that the question does not lead to.
    private(set) var strangers = 0

    /// The chain of `message`. `numbers` is working memory that is overwritten; it is passed in so that no message allocates.
    init(_ message: borrowing DNSAnswerSet, _ numbers: inout DNSNameNumbers) {
        let count = min(message.records.count, DNSNameNumbers.recordLimit)
        numbers.read(message)
        numbers.reach(numbers.question)
        // A pass that adds a record is followed by another one: there are at most as many as records.
        var before: UInt64
        repeat {
            before = members
            for index in 0..<count where !contains(index) && numbers.isReached(numbers.owner(of: index)) {
                add(index, message.records[index])
                numbers.reach(numbers.target(of: index))
            }
        } while members != before
        for index in 0..<count where !contains(index) {
            if case .address = message.records[index].content { strangers += 1 }
        }
    }

    /// Whether record `index` belongs to the name asked for.
    func contains(_ index: Int) -> Bool { index < DNSNameNumbers.recordLimit && members & (1 << UInt64(index)) != 0 }

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
}
