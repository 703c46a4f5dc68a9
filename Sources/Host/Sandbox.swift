import CHost
import Glibc

/// Drops privileges after everything that needs them was opened: the user, capabilities, and all files, sockets and system
/// calls that are not needed further. This cannot be undone.
///
/// An attacker who exploits a parser is limited to what remains: reading what egret reads, and writing where it writes. Call
/// it while there is one thread: Landlock and capabilities belong to a thread, and threads that it starts inherit them.
public struct Sandbox: Sendable {
    /// What stays possible.
    public struct Limits: Equatable, Sendable {
        /// Files and directories that can be read, with all below them.
        public var readable: [String] = []
        /// Files and directories that can also be written, made and removed.
        public var writable: [String] = []
        /// Whether sockets of the file system may be opened.
        public var usesUnixSockets = false
        /// Whether sockets of the internet may be opened.
        public var usesInternet = false
        /// Whether libraries are loaded after the start, as for a webhook: memory can be executed then.
        public var loadsLibraries = false
        /// The TCP ports that may be connected to, where the kernel can distinguish them (Linux 6.7).
        public var connectsTo: [UInt16] = []
        /// The TCP ports that may be listened on.
        public var listensOn: [UInt16] = []
        /// The packet sockets that are open: they can only be received from.
        public var packetSockets: [Int32] = []
        /// Whether they may also be bound to another interface and change what they receive there.
        public var rebindsPacketSockets = false

        /// Nothing at all.
        public init() {}
    }

    /// What was enforced.
    public struct Outcome: Equatable, Sendable {
        /// Whether files out of reach are out of reach (Landlock).
        public let limitsFiles: Bool
        /// Whether system calls are limited (seccomp).
        public let limitsCalls: Bool
    }

    /// The user to become; `nil` for staying who one is.
    public var user: SystemUser?
    /// What stays possible.
    public var limits: Limits

    /// A sandbox that leaves `limits` to `user`.
    public init(user: SystemUser? = nil, limits: Limits) {
        self.user = user
        self.limits = limits
    }

    /// Gives everything else up, for this thread and all that it starts. What the kernel does not have is left out, and the
    /// outcome says so.
    ///
    /// - Throws: if the kernel has it and refuses it; the process must not continue then.
    public func enter() throws(HostError) -> Outcome {
        Capabilities.dropBound()
        try user?.assume()
        try Capabilities.drop()
        guard host_no_new_privileges() == 0 else { throw .system("no_new_privs cannot be set") }
        let limitsFiles = try Landlock.enforce(limits)
        let limitsCalls = try SystemCallFilter.enforce(limits)
        return Outcome(limitsFiles: limitsFiles, limitsCalls: limitsCalls)
    }

    /// The version of the kernel's Landlock; 0 if it has none.
    public static var landlockVersion: Int { Landlock.version }

    /// Whether the kernel has seccomp filters.
    public static var hasSystemCallFilters: Bool { host_has_filters() != 0 }
}
