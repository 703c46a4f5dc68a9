import Foundation
import Glibc

/// Writes the files of a bundle to a new directory.
enum StagedFiles {
    /// Writes `files`, each by its place, below the new directory `root`. All are on the disk when it returns.
    static func write(_ files: [String: [UInt8]], to root: String) throws(BundleError) {
        do {
            let manager = FileManager.default
            let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
            let parent = URL(fileURLWithPath: root).deletingLastPathComponent().path
            for directory in [parent, root] + BundlePath.directories.keys.sorted().map({ "\(root)/\($0)" }) {
                guard !manager.fileExists(atPath: directory) else { continue }
                try manager.createDirectory(atPath: directory, withIntermediateDirectories: true, attributes: mode)
            }
            for (path, bytes) in files.sorted(by: { $0.key < $1.key }) { try write(bytes, to: "\(root)/\(path)") }
            for name in BundlePath.directories.keys { settle("\(root)/\(name)") }
            settle(root)
        } catch { throw BundleError(.store, "\(root) cannot be written: \(error.localizedDescription)") }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        defer { try? handle.close() }
        try handle.write(contentsOf: Data(bytes))
        try handle.synchronize()
    }

    /// Writes the names of a directory to the disk (fsync). A file system that cannot do that is not an error.
    static func settle(_ directory: String) {
        guard let handle = FileHandle(forReadingAtPath: directory) else { return }
        try? handle.synchronize()
        try? handle.close()
    }
}

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
