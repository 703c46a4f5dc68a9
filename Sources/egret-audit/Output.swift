import Foundation

/// Standard output and standard error.
enum Output {
    /// Writes lines to standard output, in pieces of about 64 KiB.
    static func write(_ lines: [String]) {
        var buffer: [UInt8] = []
        for line in lines {
            buffer += line.utf8
            buffer.append(UInt8(ascii: "\n"))
            if buffer.count >= 64 << 10 {
                put(buffer, to: .standardOutput)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        put(buffer, to: .standardOutput)
    }

    /// Writes a line to standard error.
    static func complain(_ line: String) { put(Array((line + "\n").utf8), to: .standardError) }

    private static func put(_ bytes: [UInt8], to file: FileHandle) {
        do {
            try file.write(contentsOf: Data(bytes))
        } catch {
            if file === FileHandle.standardOutput {
                complain("egret-audit: error: standard output cannot be written: \(error.localizedDescription)")
            }
            exit(1)
        }
    }
}
