import CHost
import Glibc

/// The capabilities of this process as the kernel reports them, for diagnosing missing rights.
public struct ProcessCapabilities: Equatable, Sendable {
    /// The capability that capturing needs, as a bit of a set.
    public static var capturing: UInt64 { 1 << 13 }

    /// The effective capabilities.
    public var effective: UInt64
    /// The permitted capabilities.
    public var permitted: UInt64
    /// The bounding set.
    public var bounding: UInt64
    /// The ambient capabilities.
    public var ambient: UInt64
    /// Whether no_new_privs is set.
    public var noNewPrivileges: Bool
    /// The number of the user.
    public var user: UInt32

    /// What the text of `/proc/self/status` says; `nil` if it is no such text.
    public init?(status: String) {
        var values: [Substring: Substring] = [:]
        for line in status.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1].drop { $0 == "\t" || $0 == " " } }
        }
        func bits(_ name: Substring) -> UInt64? { values[name].flatMap { UInt64($0, radix: 16) } }
        guard let effective = bits("CapEff"), let permitted = bits("CapPrm"), let bounding = bits("CapBnd"),
            let user = values["Uid"]?.split(separator: "\t").first.flatMap({ UInt32($0) })
        else { return nil }
        self.effective = effective
        self.permitted = permitted
        self.bounding = bounding
        ambient = bits("CapAmb") ?? 0
        noNewPrivileges = values["NoNewPrivs"] == "1"
        self.user = user
    }

    /// Whether this process may write in the directory at `path`.
    public static func mayWrite(_ path: String) -> Bool {
        // Invariant: the path is a terminated copy for the call.
        unsafe access(path, W_OK | X_OK) == 0
    }
}

/// An error of the operating system.
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
