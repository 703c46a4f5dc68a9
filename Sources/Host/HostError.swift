import CHost
import Glibc

/// Why the operating system did not do what was asked of it.
public struct HostError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One sentence for a person: what failed, and what would be right where that is known.
    public let description: String

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }

    /// That `action` failed, with the system's words for the error number of this thread.
    static func system(_ action: String) -> HostError {
        let code = errno
        // Invariant: `strerror` returns a terminated string that is copied before anything else runs on this thread.
        let words = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return HostError("\(action): \(words)")
    }
}
