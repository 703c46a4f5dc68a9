/// A sum over a window of packet time, in steps.
///
/// A sliding window is 60 steps long, the current one included: what happened exactly one window ago is out. A
/// tumbling one is a single step. Memory: sixteen bytes for each step in which something happened.
struct WindowCounter: Sendable {
    private var steps: [(step: Int64, amount: Int64)] = []
    /// What is in the window.
    private(set) var total: Int64 = 0

    /// Adds `amount` at `step`, after what left the window of `length` steps is gone. Amounts stay below 2^62.
    mutating func add(_ amount: Int64, at step: Int64, length: Int64) {
        expire(at: step, length: length)
        guard amount > 0 else { return }
        let scratch = Self.largest - total
        let added = min(amount, scratch)
        total += added
        if let last = steps.indices.last, steps[last].step == step {
            steps[last].amount += added
        } else {
            steps.append((step, added))
        }
    }

    /// Lets go of what is no longer in the window that ends with `step`.
    mutating func expire(at step: Int64, length: Int64) {
        let gone = steps.prefix { step - $0.step >= length }
        guard !gone.isEmpty else { return }
        for part in gone { total -= part.amount }
        steps.removeFirst(gone.count)
    }

    private static let largest: Int64 = 1 << 62
}
