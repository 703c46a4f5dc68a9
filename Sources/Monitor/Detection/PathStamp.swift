import Foundation
import SystemPackage

/// A fingerprint of files' metadata: which files exist, and each file's size, times and inode. No file is opened.
///
/// Links are followed to their ends, so that a directory whose files are links through another link, which is swapped, as
/// Kubernetes does with a ConfigMap, does not look the same. Hidden entries are left out; they are seen by what points
/// to them. Files beyond `limit` are not covered.
struct PathStamp: Equatable, Sendable {
    /// One file.
    private struct Entry: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    /// The most files that are looked at.
    static let limit = 4_096
    /// How deep directories in directories are looked at.
    private static let depth = 3
    private var files: [String: Entry?] = [:]
    /// The directories, and the files that are links: where changes show, and no part of what is compared.
    private(set) var places: [String] = []

    /// Whether both saw the same files, unchanged.
    static func == (left: PathStamp, right: PathStamp) -> Bool { left.files == right.files }

    /// The files at `paths`: those of directories and of the directories in them, and of a file all those beside it, since it may
    /// name lists there. Cost: a few system calls a file.
    init(_ paths: [String]) {
        for path in paths {
            let directory = URL(fileURLWithPath: path)
            add(Self.isDirectory(directory) ? directory : directory.deletingLastPathComponent(), depth: 0)
        }
    }

    private mutating func add(_ path: URL, depth: Int) {
        guard files.count < Self.limit, files[path.path] == nil else { return }
        guard Self.isDirectory(path) else {
            let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path.path)) != nil
            if isLink { places.append(path.path) }
            files.updateValue(Self.entry(path), forKey: path.path)
            return
        }
        guard depth < Self.depth else { return }
        places.append(path.path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
        for name in names.sorted() where !name.hasPrefix(".") {
            add(path.appendingPathComponent(name), depth: depth + 1)
        }
    }

    /// What is at the end of the links at `path`; `nil` if that is no file. One system call, where Foundation would also
    /// ask who owns it.
    private static func entry(_ path: URL) -> Entry? {
        guard let status = try? FilePath(path.path).stat() else { return nil }
        return Entry(
            device: UInt64(status.deviceID.rawValue), inode: UInt64(status.inode.rawValue), size: status.size,
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    private static func isDirectory(_ path: URL) -> Bool {
        // A path that ends in "/." exists only if it is a directory.
        FileManager.default.fileExists(atPath: path.path + "/.")
    }
}
