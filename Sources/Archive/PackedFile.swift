import Glibc

/// Compresses closed files: `NAME.zst` in place of `NAME`.
public enum PackedFile {
    /// The suffix of a packed file's name.
    public static let suffix = ".zst"
    /// The suffix of a packed file that is being written.
    public static let partSuffix = ".zst.part"

    /// Puts the file at `path`, packed, in its own place, as `path.zst` of the same mode and time.
    ///
    /// The packed file is put in place when it is whole and on the disk, and only then the other one is removed: whenever this
    /// is ended by force, the whole content is there. Where the file at `path` was removed meanwhile, its packed form is, too. Cost:
    /// some 300 MB/s; 256 KiB and the library's few MiB of memory.
    ///
    /// - Throws: if any of that fails, or `goesOn` returns false; the original file is unchanged then.
    public static func pack(_ path: String, while goesOn: () -> Bool) throws(ArchiveError) {
        let part = path + partSuffix
        do throws(ArchiveError) {
            try write(part, of: path, goesOn)
            try FileReplacement.move(part, to: path + suffix)
        } catch {
            remove(part)
            throw error
        }
        // Invariant: the path is a terminated copy for the call.
        if unsafe unlink(path) != 0, errno == ENOENT { remove(path + suffix) }
    }

    /// The content of the packed file at `path`, of which at most `limit` bytes are taken.
    public static func contents(_ path: String, limit: Int) throws(ArchiveError) -> [UInt8] {
        let source = try File(path, O_RDONLY)
        guard let reader = ZstdReader() else { throw .format }
        var content: [UInt8] = []
        while true {
            let bytes = try source.read()
            if bytes.isEmpty { break }
            try reader.take(bytes) { (bytes) throws(ArchiveError) in
                guard bytes.count <= limit - content.count else { throw .tooLarge }
                content += bytes
            }
        }
        guard reader.isWhole else { throw .format }
        return content
    }

    private static func write(_ part: String, of path: String, _ goesOn: () -> Bool) throws(ArchiveError) {
        let source = try File(path, O_RDONLY)
        remove(part)
        let target = try File(part, O_WRONLY | O_CREAT | O_EXCL)
        guard let writer = ZstdWriter() else { throw .format }
        while true {
            guard goesOn() else { throw .ended }
            let bytes = try source.read()
            try writer.take(bytes, isLast: bytes.isEmpty) { (bytes) throws(ArchiveError) in try target.write(bytes) }
            if bytes.isEmpty { break }
        }
        try target.settle(like: source)
    }

    private static func remove(_ path: String) {
        // Invariant: the path is a terminated copy for the call.
        _ = unsafe unlink(path)
    }
}

/// A file that is open, as long as it lives.
private final class File {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 128 << 10)

    init(_ path: String, _ flags: Int32) throws(ArchiveError) {
        // Invariant: the path is a terminated copy for the call.
        descriptor = unsafe open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .current }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next bytes; none at the end.
    func read() throws(ArchiveError) -> ArraySlice<UInt8> {
        // Invariant: as many bytes are written as the buffer has at most, during the call.
        let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .current }
        return buffer[..<count]
    }

    /// Writes all of `bytes`.
    func write(_ bytes: ArraySlice<UInt8>) throws(ArchiveError) {
        if let error = DescriptorWrite.all(bytes, to: descriptor).error { throw .system(error) }
    }

    /// Gives it the mode and the time of `other`, and makes sure that it is on the disk.
    func settle(like other: File) throws(ArchiveError) {
        var status = stat()
        // Invariant: the structure is written only during the call.
        guard unsafe fstat(other.descriptor, &status) == 0, fchmod(descriptor, status.st_mode & 0o777) == 0 else {
            throw .current
        }
        let times = [status.st_mtim, status.st_mtim]
        // Invariant: the call reads the two times of the array.
        guard unsafe futimens(descriptor, times) == 0, fsync(descriptor) == 0 else { throw .current }
    }
}

/// Why a file could not be packed or unpacked.
public enum ArchiveError: Error, Equatable, Sendable {
    /// The system's error number.
    case system(Int32)
    /// The bytes are not complete Zstandard frames, or there was not enough memory.
    case format
    /// The content is larger than the limit.
    case tooLarge
    /// It was stopped by its caller.
    case ended

    /// The failure in this thread's `errno`.
    static var current: ArchiveError { .system(errno) }
}

/// Putting one name of a file system in place of another.
public enum FileReplacement {
    /// Gives what is called `path` the name `other`, whatever had that name before: at no moment is there neither of the two.
    /// Symbolic links are moved, not followed (rename(2)).
    ///
    /// - Throws: the system's error; then nothing was changed.
    public static func move(_ path: String, to other: String) throws(ArchiveError) {
        // Invariant: both paths are terminated copies for the call.
        guard unsafe rename(path, other) == 0 else { throw .current }
    }
}
