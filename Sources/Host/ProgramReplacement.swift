import Glibc

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
