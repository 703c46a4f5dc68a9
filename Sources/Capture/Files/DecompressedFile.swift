import Glibc

/// The bytes of a file in order, decompressed if it begins as gzip (RFC 1952) or Zstandard (RFC 8878) does: for files beside
/// captures, as logs are.
///
/// Memory: what the decompressor needs, whatever the file says; the caller owns the buffer.
public final class DecompressedFile {
    private let source: ByteSource

    /// Opens `path`; `-` is standard input. With `isRaw` the bytes are those of the file itself.
    ///
    /// - Throws: if it cannot be opened or is a directory.
    public init(path: String, isRaw: Bool = false) throws(CaptureError) {
        let file = try DescriptorSource(path: path)
        source = isRaw ? file : file.decompressed()
    }

    /// Why the bytes ended before the end of the file, half a sentence; `nil` if they did not.
    public var failure: String? { source.failure }

    /// Writes the next bytes to `buffer` from `offset` to its end, and returns how many; 0 only at the end, after a failure, or
    /// if there is no room.
    public func read(into buffer: inout [UInt8], from offset: Int) -> Int {
        guard offset >= 0, offset < buffer.count else { return 0 }
        // Invariant: the memory is the rest of the array, borrowed for the call.
        return unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe source.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]))
        }
    }
}

/// The regular files of a directory and of those below it, sorted by path, hidden ones left out, and links to others of them, as
/// `current` is one.
public struct DirectoryListing: Sendable {
    /// The regular files.
    public let files: [String]
    /// What is neither a regular file nor a directory.
    public let skipped: [String]
    /// What could not be looked at, each with the reason.
    public let unread: [String]

    /// The listing of `path`; `nil` if it is no directory. A directory that is reached twice is listed once.
    ///
    /// - Throws: if the directory itself cannot be read.
    public init?(_ path: String) throws(CaptureError) {
        guard let directory = try CaptureDirectory(path, isRecursive: true) else { return nil }
        files = Self.withoutLinks(directory.files)
        skipped = directory.skipped
        unread = directory.unread.map(\.description)
    }

    /// Which file it is, whatever path leads there.
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private static func withoutLinks(_ files: [String]) -> [String] {
        let known = files.map { ($0, identity($0, followsLinks: true), identity($0, followsLinks: false)) }
        let own = Set(known.filter { $0.1 == $0.2 }.compactMap(\.1))
        return known.filter { file, target, itself in target == itself || target.map { !own.contains($0) } ?? true }
            .map(\.0)
    }

    private static func identity(_ path: String, followsLinks: Bool) -> Identity? {
        var status = stat()
        // Invariant: the path is a terminated copy for the call; the structure is written only during it.
        guard unsafe (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}
