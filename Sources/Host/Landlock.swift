import CHost
import Glibc

/// The kernel's Landlock: which files a thread, and those that it starts, can still reach. Linux 5.13 and later.
enum Landlock {
    /// What the kernel has, from 1; 0 if it has none.
    static var version: Int { max(0, Int(host_landlock_version())) }

    /// Leaves only what `limits` names; false if the kernel has no Landlock.
    static func enforce(_ limits: Sandbox.Limits) throws(HostError) -> Bool {
        let version = version
        guard version > 0 else { return false }
        var rules = host_landlock_ruleset(
            files: Access.all(version), ports: version >= 4 ? Access.ports : 0, scopes: version >= 6 ? Access.scopes : 0
        )
        // Invariant: the structure is read during the call; all of it that an older kernel does not know is zero.
        let ruleset = Int32(truncatingIfNeeded: unsafe host_landlock_begin(&rules))
        guard ruleset >= 0 else { throw .system("Landlock cannot be set up") }
        defer { close(ruleset) }
        for path in limits.readable { try add(path, Access.reading, to: ruleset) }
        for path in limits.writable { try add(path, Access.all(version) & ~Access.execute, to: ruleset) }
        if version >= 4 {
            for port in limits.connectsTo { try add(port: port, Access.connect, to: ruleset) }
            for port in limits.listensOn { try add(port: port, Access.bind, to: ruleset) }
        }
        guard host_landlock_enforce(ruleset) == 0 else { throw .system("Landlock cannot be enforced") }
        return true
    }

    /// Allows `access` at `path` and below; what is not there is left out, for it cannot be reached either.
    private static func add(_ path: String, _ access: UInt64, to ruleset: Int32) throws(HostError) {
        // Invariant: the path is a terminated copy for the call.
        let place = unsafe open(path, Self.pathOnly | O_CLOEXEC)
        guard place >= 0 else { return }
        defer { close(place) }
        var status = stat()
        // Invariant: the structure is written only during the call.
        let isDirectory = unsafe fstat(place, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        var rule = host_landlock_path(access: isDirectory ? access : access & Access.ofFiles, directory: place)
        // Invariant: the structure is read during the call.
        guard unsafe host_landlock_add_path(ruleset, &rule) == 0 else { throw .system("Landlock refuses \(path)") }
    }

    private static func add(port: UInt16, _ access: UInt64, to ruleset: Int32) throws(HostError) {
        var rule = host_landlock_port(access: access, port: UInt64(port))
        // Invariant: the structure is read during the call.
        guard unsafe host_landlock_add_port(ruleset, &rule) == 0 else { throw .system("Landlock refuses port \(port)") }
    }

    /// `O_PATH`: a descriptor of the place alone, which needs no right to what is there.
    private static var pathOnly: Int32 { 0o10_000_000 }

    /// The rights of linux/landlock.h.
    private enum Access {
        static let execute: UInt64 = 1 << 0
        /// Reading a file, and listing a directory.
        static let reading: UInt64 = 1 << 2 | 1 << 3
        /// Those that a file can have: executing, writing, reading, cutting, device controls.
        static let ofFiles: UInt64 = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
        static let bind: UInt64 = 1 << 0
        static let connect: UInt64 = 1 << 1
        static let ports: UInt64 = bind | connect
        /// Abstract sockets and signals of processes outside.
        static let scopes: UInt64 = 1 << 0 | 1 << 1

        /// All rights to files that the kernel of `version` knows.
        static func all(_ version: Int) -> UInt64 {
            let count =
                switch version {
                case 1: 13
                case 2: 14
                case 3, 4: 15
                default: 16
                }
            return (1 << UInt64(count)) - 1
        }
    }
}
