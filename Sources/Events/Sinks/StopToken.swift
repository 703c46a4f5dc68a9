import Dispatch
import Synchronization

/// How a sink waits between tries: in real time, until the wait is canceled.
///
/// A sink may wait as long as it likes while the run continues, for its queue is bounded and counts what it gives up; at the
/// stop it must come to an end.
public final class StopToken: Sendable {
    private let over = Atomic(false)
    private let semaphore = DispatchSemaphore(value: 0)
    private let pass: (@Sendable (Int64) -> Void)?

    /// Waits in real time; `pass` lets so many nanoseconds pass in its place, for tests.
    public init(pass: (@Sendable (Int64) -> Void)? = nil) {
        self.pass = pass
    }

    /// Whether there is none left.
    public var isOver: Bool { over.load(ordering: .acquiring) }

    /// Waits so many nanoseconds, or less; false if there is no patience left.
    public func wait(_ nanoseconds: Int64) -> Bool {
        if isOver { return false }
        if let pass {
            pass(nanoseconds)
        } else {
            _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(nanoseconds)))
        }
        return !isOver
    }

    /// Ends every wait, now and from now on.
    public func end() {
        over.store(true, ordering: .releasing)
        semaphore.signal()
    }
}

/// How often something is tried again, and after how long: twice as long each time.
public struct Retry: Equatable, Sendable {
    /// The tries in all.
    public var attempts: Int
    /// Before the second try, in nanoseconds.
    public var delay: Int64
    /// The longest between two tries, in nanoseconds.
    public var longest: Int64

    /// Up to `attempts` tries, the second after `delay`, none later than `longest` after the one before.
    public init(attempts: Int, delay: Int64, longest: Int64) {
        self.attempts = attempts
        self.delay = delay
        self.longest = longest
    }

    /// The wait before try number `attempt`, from 1; `nil` if there is no such try.
    public func wait(before attempt: Int) -> Int64? {
        guard attempt <= attempts else { return nil }
        guard attempt > 1 else { return 0 }
        return min(delay << Int64(min(attempt - 2, 20)), longest)
    }
}
