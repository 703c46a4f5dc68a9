import CHost
import Glibc

/// The three descriptors that a process is given.
public enum StandardDescriptors {
    /// Opens those that are closed, so that no other file gets one of their numbers and, with it, the text meant for standard
    /// output. Writing to a standard output that was closed still fails.
    public static func occupy() { host_occupy_descriptors() }

    /// The columns of the terminal that `descriptor` is; `nil` if it is not one, or one that does not say.
    public static func columns(of descriptor: Int32) -> Int? {
        let columns = host_columns(descriptor)
        return columns > 0 ? Int(columns) : nil
    }

    /// The rows of the terminal that `descriptor` is; `nil` if it is not one, or one that does not say.
    public static func rows(of descriptor: Int32) -> Int? {
        let rows = host_rows(descriptor)
        return rows > 0 ? Int(rows) : nil
    }

    /// Writes out what standard output holds.
    ///
    /// - Returns: The system's words for the error; `nil` if everything was written, or no one reads it any more (`EPIPE`).
    public static func flushOutput() -> String? {
        let code = host_flush_output()
        guard code != 0, code != EPIPE else { return nil }
        // Invariant: `strerror` returns a terminated string that is copied before anything else runs on this thread.
        return unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}

/// The signals that a sensor answers: SIGINT, SIGTERM, SIGHUP and SIGUSR1.
///
/// They are blocked first, before anything takes time, and waited for by one thread. A blocked signal stays pending: none is
/// lost between the start of the process and the moment at which the thread waits. Threads inherit the block.
public enum HeldSignals {
    /// Blocks the signals for this thread and those that it starts from now on.
    public static func hold() { _ = host_block_signals(1) }

    /// Lets them through to this thread again; a pending one does what it does by default.
    public static func release() { _ = host_block_signals(0) }

    /// Waits for one of the signals, which `hold` has blocked, and returns its number.
    public static func next() -> Int32 {
        while true {
            let number = host_wait_for_signal()
            if number > 0 { return number }
        }
    }
}

/// Another program in place of this one.
public enum ProgramReplacement {
    /// Runs `path` with `arguments` in place of this process, whose files, environment and identifier it keeps. Returns only
    /// if that fails: the system's reason.
    public static func run(_ path: String, _ arguments: [String]) -> String {
        // Invariant: the array ends with a null pointer, and each other element is a terminated copy that lives until the
        // call replaces the process or the function frees it.
        var pointers = unsafe ([path] + arguments).map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        unsafe execv(path, pointers)
        let reason = unsafe String(cString: strerror(errno))
        unsafe pointers.forEach { unsafe free($0) }
        return reason
    }

    /// The path of the program that this process runs, or `nil` if the system does not say.
    public static var ownPath: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        // Invariant: at most `count` bytes are written to the buffer.
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
