import CHost
import Glibc

/// Detects changes in directories and files with inotify(7), without reading them.
///
/// The kernel reports changes made on this machine. A network file system may be changed elsewhere, and a link in the middle of a
/// path may be exchanged: an owner that must not miss these looks at the files now and then as well.
public final class FileWatch: Sendable {
    private let descriptor: Int32

    /// A watch on nothing yet; `nil` if the kernel has no inotify or no room for another user of it.
    public init?() {
        descriptor = host_watch_begin()
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Watches `path`, a directory or a file, which may be watched already. One system call.
    ///
    /// - Returns: Whether it is watched; false if it does not exist, or the kernel has no room (`fs.inotify.max_user_watches`).
    public func add(_ path: String) -> Bool {
        // Invariant: the path is a terminated copy for the call.
        unsafe host_watch_add(descriptor, path) >= 0
    }

    /// Whether anything changed since this was last asked. One system call if nothing did.
    public func takeChanges() -> Bool { host_watch_drain(descriptor) > 0 }
}
