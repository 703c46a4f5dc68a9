import Bytes
import Protocols

/// The DNS questions of one flow that are not answered yet: an answer counts only if it answers one of them.
///
/// Bounded: `limit` questions, of which the oldest is forgotten first.
struct AskedQuestions {
    /// A question by what its answer repeats: the number, the name and the type (RFC 5452 section 9.1).
    private struct Entry: Equatable {
        var id: UInt16
        var isForward: Bool
        var question: Int
    }

    /// The most questions that wait at a time. A client that has one port for all its questions has a few dozen.
    static var limit: Int { 64 }

    private var entries: [Entry] = []

    /// The memory that is held, in bytes.
    var memory: Int { entries.count &* MemoryLayout<Entry>.stride }

    /// Notes the question `id` for `name`, sent in the given direction; returns whether another one had to be forgotten.
    /// One that is asked again waits once.
    mutating func note(id: UInt16, name: some Sequence<UInt8>, type: DNSType, isForward: Bool) -> Bool {
        let entry = Entry(id: id, isForward: isForward, question: Self.hash(name, type))
        entries.removeAll { $0 == entry }
        entries.append(entry)
        guard entries.count > Self.limit else { return false }
        entries.removeFirst()
        return true
    }

    /// Whether an answer, sent in the given direction, answers a question that waits; if so the question waits no more.
    mutating func take(id: UInt16, name: some Sequence<UInt8>, type: DNSType, isForward: Bool) -> Bool {
        let entry = Entry(id: id, isForward: !isForward, question: Self.hash(name, type))
        guard let place = entries.firstIndex(of: entry) else { return false }
        entries.remove(at: place)
        return true
    }

    /// Under a seed of this process, so that no one can make two names with one hash.
    private static func hash(_ name: some Sequence<UInt8>, _ type: DNSType) -> Int {
        var hasher = Hasher()
        for byte in name { hasher.combine(byte) }
        hasher.combine(type)
        return hasher.finalize()
    }
}
