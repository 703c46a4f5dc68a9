import CHost
import Glibc

/// A user that the process can become for good.
public struct SystemUser: Equatable, Sendable {
    /// Its number.
    public let user: UInt32
    /// The number of its first group.
    public let group: UInt32

    /// The user called `name` as the system's databases have it, or of the numbers `USER` or `USER:GROUP`.
    ///
    /// - Throws: if there is none.
    public init(named name: String) throws(HostError) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
        if let user = parts.first ?? nil, parts.count <= 2, let group = parts.count == 2 ? parts[1] : user {
            (self.user, self.group) = (user, group)
            return
        }
        // Invariant: the entry is in memory of the C library until the next call, and is copied at once.
        guard let entry = unsafe getpwnam(name)?.pointee else {
            throw HostError("there is no user \(name); a name or USER:GROUP as numbers is right")
        }
        (user, group) = unsafe (entry.pw_uid, entry.pw_gid)
    }

    /// Becomes this user for good: real, effective and saved, with no group but its first. On all threads.
    ///
    /// - Throws: if the process may not.
    public func assume() throws(HostError) {
        guard geteuid() != user || getuid() != user || getegid() != group || getgid() != group else { return }
        guard setgroups(0, nil) == 0 else { throw .system("groups cannot be given up") }
        guard setgid(group) == 0 else { throw .system("group \(group) cannot be taken") }
        guard setuid(user) == 0 else { throw .system("user \(user) cannot be taken") }
    }
}

/// The capabilities of this process.
enum Capabilities {
    /// Makes sure that no program that this thread might become has any. That needs a capability itself; anyone who has it not
    /// is held by no_new_privs alone.
    static func dropBound() {
        for capability in 0..<64 as Range<Int32> { _ = host_drop_bound(capability) }
    }

    /// Gives up all of them, for this thread and those that it starts.
    static func drop() throws(HostError) {
        _ = host_clear_ambient()
        guard host_drop_capabilities() == 0 else { throw .system("capabilities cannot be given up") }
    }
}
