import Bytes

/// Answers to questions that come again and again, kept by what was asked.
///
/// Bounded: a place for each of `capacity` questions, by a hash of a text of theirs; a question that falls on the place of
/// another takes it, so that whoever sends many names makes them cost what they would without this, and nothing else.
struct DirectMappedCache<Question: Equatable & Sendable, Answer: Sendable>: Sendable {
    /// A class, so that looking at one copies nothing.
    private final class Entry: Sendable {
        let question: Question
        let answer: Answer

        init(_ question: Question, _ answer: Answer) {
            self.question = question
            self.answer = answer
        }
    }

    private var entries: [Entry?]
    /// How many answers were at hand.
    private(set) var hits: UInt64 = 0
    /// How many were not.
    private(set) var misses: UInt64 = 0

    /// Room for `capacity` answers, at least one.
    init(capacity: Int) {
        entries = Array(repeating: nil, count: max(1, capacity))
    }

    /// The same room without an answer.
    func emptied() -> DirectMappedCache { DirectMappedCache(capacity: entries.count) }

    /// The answer to `question`, where it is at hand. `text` is a part of the question that tells most questions apart.
    mutating func find(_ question: Question, by text: String) -> Answer? {
        guard let entry = entries[place(of: text)], entry.question == question else {
            misses &+= 1
            return nil
        }
        hits &+= 1
        return entry.answer
    }

    /// Keeps `answer` in the place of what was there, and gives it back.
    mutating func keep(_ answer: Answer, to question: Question, by text: String) -> Answer {
        entries[place(of: text)] = Entry(question, answer)
        return answer
    }

    private func place(of text: String) -> Int { Int(truncatingIfNeeded: text.quickHash % UInt64(entries.count)) }
}
