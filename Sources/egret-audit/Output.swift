import Archive
import AuditInput
import Foundation
import SystemPackage

/// Standard output and standard error.
enum Output {
    /// Writes lines to standard output, in pieces of about 64 KiB. If that fails the program ends with status 1: the lines that are
    /// in a file are whole then, and how many there are is said.
    static func write(_ lines: [String]) {
        guard let failure = LineOutput.write(lines, to: FileDescriptor.standardOutput.rawValue) else { return }
        // A reader that went away has seen what it wanted.
        if failure.error == EPIPE { exit(0) }
        complain("egret-audit: error: standard output cannot be written: \(failure.words(of: lines))")
        exit(1)
    }

    /// Writes a line to standard error. What cannot be said there cannot be said.
    static func complain(_ line: String) {
        _ = DescriptorWrite.all(Array((line + "\n").utf8)[...], to: FileDescriptor.standardError.rawValue)
    }

    /// Writes lines to a file that its owner alone can read, or to standard output if there is no file.
    static func write(_ lines: [String], to path: String?) throws(AuditInputError) {
        guard let path else { return write(lines) }
        var failure: LineOutput.Failure?
        do {
            // Neither a directory nor the target of a link is written to: both are refused by the system.
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .noFollow, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite])
            try file.closeAfter {
                // A file that exists keeps its mode, so that it is narrowed before a byte is in it.
                try file.resize(to: 0)
                // By its descriptor, so that it is the file that is open and not what has its name by now.
                let opened = "/proc/self/fd/\(file.rawValue)"
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: opened)
                failure = LineOutput.write(lines, to: file.rawValue)
            }
        } catch {
            throw AuditInputError("\(path): cannot be written (\(error)); name a file in a directory that exists")
        }
        if let failure { throw AuditInputError("\(path): cannot be written: \(failure.words(of: lines))") }
    }
}

/// Writes lines so that a failure leaves whole ones.
enum LineOutput {
    /// A write that failed.
    struct Failure {
        /// The error number.
        var error: Int32
        /// The lines that are in the file, all of them whole.
        var written: Int
        /// Whether the last line may be half: what it went to is no regular file, or another program writes to it.
        var isCut: Bool

        /// What happened, for people. `lines` are those that were to be written.
        func words(of lines: [String]) -> String {
            let reason = String(describing: Errno(rawValue: error))
            let count = lines.reduce(lines.count) { sum, line in sum + line.utf8.count { $0 == UInt8(ascii: "\n") } }
            let end = isCut ? "; a part of the next one may be there" : ""
            return "\(reason); \(written) of \(count) lines were written\(end)"
        }
    }

    /// Writes each of `lines` with a line feed, in pieces of about 64 KiB, and returns what failed.
    static func write(_ lines: [String], to descriptor: Int32) -> Failure? {
        var buffer: [UInt8] = []
        var written = 0
        for (index, line) in lines.enumerated() {
            buffer += line.utf8
            buffer.append(UInt8(ascii: "\n"))
            guard buffer.count >= 64 << 10 || index == lines.count - 1 else { continue }
            let outcome = DescriptorWrite.all(buffer[...], to: descriptor)
            let arrived = buffer[..<outcome.written]
            written += arrived.count { $0 == UInt8(ascii: "\n") }
            if let error = outcome.error {
                let rest = arrived.count - (arrived.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
                let isWhole = rest == 0 || DescriptorWrite.removeLast(rest, from: descriptor)
                return Failure(error: error, written: written, isCut: !isWhole)
            }
            buffer.removeAll(keepingCapacity: true)
        }
        return nil
    }
}
