import Foundation
import Glibc

/// Keeps other processes from changing a store; the system releases it when the process ends.
struct StoreLock {
    private let handle: FileHandle

    /// Takes the lock of the store at `root`, which is made if it is missing.
    init(_ root: String) throws(BundleError) {
        let path = "\(root)/lock"
        do {
            // The sensor, which is another user, reads the store; whatever the umask of an operator is.
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch { throw BundleError(.store, "\(root) cannot be made: \(error.localizedDescription)") }
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw BundleError(.store, "\(path) cannot be written")
        }
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw BundleError(.store, "another process is changing \(root)")
        }
        self.handle = handle
    }

    func release() { try? handle.close() }
}
