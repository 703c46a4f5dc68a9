import CHost
import Glibc

/// The three descriptors that a process is given.
public enum StandardDescriptors {
    /// Opens those that are closed, so that no other file gets one of their numbers and, with it, the text meant for standard
    /// output. Writing to a standard output that was closed still fails.
    public static func occupy() { host_occupy_descriptors() }

    /// The columns of the terminal that `descriptor` is; `nil` if it is none, or one that does not say.
    public static func columns(of descriptor: Int32) -> Int? {
        let columns = host_columns(descriptor)
        return columns > 0 ? Int(columns) : nil
    }

    /// The rows of the terminal that `descriptor` is; `nil` if it is none, or one that does not say.
    public static func rows(of descriptor: Int32) -> Int? {
        let rows = host_rows(descriptor)
        return rows > 0 ? Int(rows) : nil
    }

    /// Writes out what standard output holds.
    ///
    /// - Returns: The system's words for the error; `nil` if everything was written, or nobody reads it any more (`EPIPE`).
    public static func flushOutput() -> String? {
        let code = host_flush_output()
        guard code != 0, code != EPIPE else { return nil }
        // Invariant: `strerror` returns a terminated string that is copied before anything else runs on this thread.
        return unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
