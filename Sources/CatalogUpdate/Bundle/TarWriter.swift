/// Writes a plain tar archive (POSIX.1-1988 `ustar`) of regular files: the same bytes for the same files.
enum TarWriter {
    private static let block = 512

    /// The archive of `files`, by path.
    static func archive(of files: [String: [UInt8]]) -> [UInt8] {
        var archive: [UInt8] = []
        for (path, content) in files.sorted(by: { $0.key < $1.key }) {
            archive += header(path, size: content.count) + content
            archive += [UInt8](repeating: 0, count: (block - content.count % block) % block)
        }
        return archive + [UInt8](repeating: 0, count: 2 * block)
    }

    /// A header; the places of a bundle are far shorter than the 100 bytes of a name.
    private static func header(_ path: String, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at place: Int, in header: inout [UInt8]) {
            for (offset, byte) in text.utf8.enumerated() where place + offset < block { header[place + offset] = byte }
        }
        put(path, at: 0, in: &header)
        put("0000644", at: 100, in: &header)
        put("0000000", at: 108, in: &header)
        put("0000000", at: 116, in: &header)
        put(octal(size, digits: 11), at: 124, in: &header)
        put(octal(0, digits: 11), at: 136, in: &header)
        put("        ", at: 148, in: &header)
        put("0", at: 156, in: &header)
        put("ustar", at: 257, in: &header)
        put("00", at: 263, in: &header)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + "\0 ", at: 148, in: &header)
        return header
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
