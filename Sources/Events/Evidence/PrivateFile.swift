public import Foundation
import SystemPackage

/// Files with secrets: no one but their owner may read or write them.
public enum PrivateFile {
    /// The first 64 KiB of the file at `path`; refused where others may read or write it.
    public static func read(_ path: String) throws(EvidenceError) -> Data {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            defer { try? file.close() }
            // Of the file that is open, not of whatever has its name by now.
            let permissions = try Stat(file).permissions
            guard permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) else {
                throw EvidenceError(
                    "\(path): mode \(String(permissions.rawValue, radix: 8)) lets others read or write it; "
                        + "run: chmod 600 \(path)")
            }
            let handle = FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false)
            return try handle.read(upToCount: 65_536) ?? Data()
        } catch let failure as EvidenceError {
            throw failure
        } catch { throw EvidenceError("\(path): \(error)") }
    }

    /// Writes `text` into a new file that only its owner may read.
    public static func create(_ path: String, _ text: String) throws(EvidenceError) {
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
        } catch { throw EvidenceError("\(path): \(error)") }
    }

    /// Adds `text` at the end of the file at `path`, in one write.
    static func append(_ path: String, _ text: String) throws(EvidenceError) {
        do {
            let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: [.append, .closeOnExec])
            try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
        } catch { throw EvidenceError("\(path): \(error)") }
    }
}
