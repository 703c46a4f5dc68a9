import Bytes
import Protocols

/// A small number for each distinct name of one DNS message, so that equal names are found by comparing integers.
///
/// Each name is hashed once, under a seed of this process, and compared only with a name of the same hash: linear in the text,
/// which `DNSAnswerSet` bounds. Kept and overwritten by the next message; it allocates nothing after the first one.
struct DNSNameNumbers: Sendable {
    /// The most records of a message that are numbered: all that a `DNSAnswerSet` keeps.
    static var recordLimit: Int { 64 }
    /// Places of the hash table: a power of two, and more than twice the names of 64 records.
    private static var places: Int { 512 }
    /// The number of no name.
    private static var none: UInt8 { .max }

    /// The name asked for.
    private(set) var question: UInt8 = 0
    private var owners = InlineArray<64, UInt8>(repeating: 0)
    private var targets = InlineArray<64, UInt8>(repeating: 0)
    /// The number of the name at each place of the hash table, plus one; 0 for a free place.
    private var table = [UInt8](repeating: 0, count: places)
    /// Each name's place in the text, by its number, and its place in the table.
    private var names: [(range: ByteRange, place: Int)] = []
    /// One bit for each name that the question leads to.
    private var reached = InlineArray<4, UInt64>(repeating: 0)
    private let seed = UInt64.random(in: .min ... .max)

    /// Numbers the names of `message` and forgets those of the message before.
    mutating func read(_ message: borrowing DNSAnswerSet) {
        for name in names { table[name.place] = 0 }
        names.removeAll(keepingCapacity: true)
        reached = InlineArray(repeating: 0)
        question = number(message.question, message)
        for index in 0..<min(message.records.count, Self.recordLimit) {
            let record = message.records[index]
            owners[index] = number(record.owner, message)
            targets[index] =
                switch record.content {
                case .alias(let name): number(name, message)
                case .service(let service): number(service.target, message)
                case .address, .hint, .publicName: Self.none
                }
        }
    }

    /// The name that record `index` belongs to.
    func owner(of index: Int) -> UInt8 { owners[index] }

    /// The name that record `index` leads to, or the number of no name.
    func target(of index: Int) -> UInt8 { targets[index] }

    /// Marks a name as one that the question leads to.
    mutating func reach(_ name: UInt8) {
        guard name != Self.none else { return }
        reached[Int(name >> 6)] |= 1 << UInt64(name & 63)
    }

    /// Whether the question leads to the name.
    func isReached(_ name: UInt8) -> Bool { reached[Int(name >> 6)] & (1 << UInt64(name & 63)) != 0 }

    /// The number of the name at `range`. There are at most 129 names: two for each record, and the question.
    private mutating func number(_ range: ByteRange, _ message: borrowing DNSAnswerSet) -> UInt8 {
        // Nearly every owner is the question, or was just read.
        if let first = names.first, first.range == range { return 0 }
        let bytes = message.text.rawSpan.clamped(range.indices)
        var place = Int(truncatingIfNeeded: bytes.hash(seed: seed)) & (Self.places &- 1)
        while table[place] != 0 {
            let known = names[Int(table[place]) &- 1].range
            if known == range || message.text.rawSpan.clamped(known.indices).hasSameBytes(as: bytes) {
                return table[place] &- 1
            }
            place = (place &+ 1) & (Self.places &- 1)
        }
        names.append((range, place))
        table[place] = UInt8(truncatingIfNeeded: names.count)
        return table[place] &- 1
    }
}
