import Foundation
import SystemPackage

/// Reads files of a directory that others may have written to: only regular files, and never more than a limit.
enum PlainFile {
    /// Why a file is not read.
    enum Problem: Error, Equatable {
        /// There is none.
        case absent
        /// It is a directory, a device or a pipe, or longer than the limit, or the system refuses.
        case unreadable(String)
    }

    /// The bytes of the file at `path`, at most `limit`.
    static func read(_ path: String, limit: Int) throws(Problem) -> Data {
        try withFile(path) { file, size in
            guard size <= limit else { throw Problem.unreadable("is longer than \(limit) bytes") }
            return try FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false)
                .read(upToCount: limit) ?? Data()
        }
    }

    /// The first and the last bytes of the file at `path`, `limit` of each at most; the same bytes twice if it is short.
    static func ends(_ path: String, limit: Int) throws(Problem) -> (first: Data, last: Data) {
        try withFile(path) { file, size in
            let handle = FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false)
            let first = try handle.read(upToCount: limit) ?? Data()
            guard size > limit else { return (first, first) }
            try handle.seek(toOffset: UInt64(size - limit))
            return (first, try handle.read(upToCount: limit) ?? Data())
        }
    }

    private static func withFile<Result>(
        _ path: String, _ body: (FileDescriptor, Int) throws -> Result
    ) throws(Problem) -> Result {
        do {
            // A pipe that no one writes to must not hold up the reader.
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
            defer { try? file.close() }
            let status = try Stat(file)
            guard status.type == .regular else { throw Problem.unreadable("is no regular file") }
            return try body(file, Int(clamping: status.size))
        } catch let problem as Problem {
            throw problem
        } catch let errno as Errno where errno == .noSuchFileOrDirectory {
            throw .absent
        } catch { throw .unreadable("cannot be read: \((error as? Errno)?.description ?? "\(error)")") }
    }
}
