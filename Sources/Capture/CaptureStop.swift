import Glibc
import Synchronization

/// A request to end live capture, which any thread or a signal handler can make.
///
/// One may be shared by several captures: each wakes at once and reads no more.
public final class CaptureStop: Sendable {
    private let requested = Atomic<Bool>(false)
    /// The reading end of a pipe, readable from the request on; -1 where the system gave none, and then captures end
    /// at their time-out.
    let descriptor: Int32
    private let signal: Int32

    /// A request not made yet.
    public init() {
        var ends: [Int32] = [-1, -1]
        // Invariant: the array has room for the two descriptors that the call writes.
        _ = unsafe pipe(&ends)
        descriptor = ends[0]
        signal = ends[1]
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // A full pipe refuses further bytes and stays readable.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        for end in [descriptor, signal] where end >= 0 { close(end) }
    }

    /// Whether the request was made.
    public var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// Makes the request. An atomic store and one `write(2)`: safe within a signal handler, and any number of times.
    public func request() {
        requested.store(true, ordering: .relaxed)
        var mark: UInt8 = 1
        // Invariant: one byte is read from a variable that lives for the call.
        _ = unsafe write(signal, &mark, 1)
    }
}
