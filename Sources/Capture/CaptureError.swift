import Glibc
import Synchronization

/// Why a source cannot be opened or read at all.
///
/// Thrown at start-up, or when a live interface fails; never for a damaged record of a file, which is counted.
public struct CaptureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is, for anyone who must act differently on each.
    public enum Kind: Hashable, Sendable {
        /// The file cannot be opened or read.
        case unreadable
        /// The file is no capture that can be read.
        case unknownFormat
        /// The filter does not compile.
        case badFilter
        /// The process may not capture.
        case notPermitted
        /// There is no such interface.
        case noSuchInterface
        /// The interface failed, or cannot be captured from.
        case interfaceFailed
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// One sentence for a person: the file, interface or filter first, then what is wrong and what would be right.
    public let description: String

    /// A fault of all its parts.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// A request to end live capture, which any thread or a signal handler can make.
///
/// One may be shared by several captures: each wakes at once and reads no more.
public final class CaptureStop: Sendable {
    /// The stop that ends the reading of pipes which are opened while it is set; files end where their reader stops.
    @TaskLocal public static var current: CaptureStop?

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

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
    // Invariant: `strerror` returns a terminated string that is copied before anything else runs on this thread.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}

/// The text in a buffer that a C function filled, up to its end mark.
func bufferText(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
