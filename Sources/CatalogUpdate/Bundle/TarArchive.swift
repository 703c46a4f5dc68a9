/// Reads a plain tar archive in memory (POSIX.1-1988 `ustar`, and GNU tar's variant of its magic).
///
/// Only regular files and directories are taken. Links, devices, sparse files and extended headers are errors, as are
/// compressed archives: nothing is unpacked whose size its header does not say.
struct TarArchive {
    /// One file of the archive.
    struct Member {
        var path: String
        var content: ArraySlice<UInt8>
    }

    private static let block = 512
    private let bytes: [UInt8]
    private let limits: BundleLimits
    private var position = 0

    /// The files of `bytes` in their order.
    ///
    /// - Throws: at the first entry that a bundle may not hold, and if the archive is cut or has data after its end.
    static func members(of bytes: [UInt8], limits: BundleLimits) throws(BundleError) -> [Member] {
        for (magic, name) in compressed where bytes.starts(with: magic) {
            throw BundleError(.archive, "the archive is compressed with \(name); a bundle is a plain tar archive")
        }
        guard bytes.count <= limits.totalBytes else {
            throw BundleError(.limit, "the archive has \(bytes.count) bytes; at most \(limits.totalBytes) are read")
        }
        var archive = TarArchive(bytes: bytes, limits: limits)
        return try archive.read()
    }

    private static let compressed: [(magic: [UInt8], name: String)] = [
        ([0x1F, 0x8B], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
        ([0x42, 0x5A, 0x68], "bzip2"), ([0x50, 0x4B, 0x03, 0x04], "zip"),
    ]

    private init(bytes: [UInt8], limits: BundleLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func read() throws(BundleError) -> [Member] {
        var members: [Member] = []
        var entries = 0
        while let header = try nextHeader() {
            entries += 1
            // Directories count as well: an archive of a million of them is no bundle.
            guard entries <= limits.files + BundlePath.directories.count + 1 else {
                throw BundleError(.limit, "the archive has more than \(limits.files) files")
            }
            guard let member = try member(header) else { continue }
            members.append(member)
        }
        return members
    }

    /// The next header; `nil` at the end of the archive, two blocks of zeros.
    private mutating func nextHeader() throws(BundleError) -> ArraySlice<UInt8>? {
        guard Self.block <= bytes.count - position else {
            throw BundleError(.archive, "the archive is cut: it has no end after byte \(position)")
        }
        let header = bytes[position..<position + Self.block]
        position += Self.block
        guard header.allSatisfy({ $0 == 0 }) else { return header }
        guard Self.block <= bytes.count - position, bytes[position...].allSatisfy({ $0 == 0 }) else {
            throw BundleError(.archive, "the archive does not end with zeros after byte \(position)")
        }
        return nil
    }

    private mutating func member(_ header: ArraySlice<UInt8>) throws(BundleError) -> Member? {
        let start = header.startIndex
        let path = try Self.path(of: header)
        let shown = path.escapedForBundle
        guard Self.checksum(of: header) == Self.octal(header[start + 148..<start + 156]) else {
            throw BundleError(.archive, "the header of '\(shown)' is damaged: its checksum is wrong")
        }
        guard let size = Self.octal(header[start + 124..<start + 136]) else {
            throw BundleError(.archive, "the size of '\(shown)' is no octal number")
        }
        switch header[start + 156] {
        case UInt8(ascii: "0"), 0: break
        case UInt8(ascii: "5"):
            guard size == 0, Self.isDirectory(path) else {
                throw BundleError(.archive, "the directory '\(shown)' has no place in a bundle")
            }
            return nil
        case let type:
            throw BundleError(.archive, "'\(shown)' is \(Self.name(of: type)); a bundle holds regular files alone")
        }
        guard size <= limits.fileBytes else {
            throw BundleError(.limit, "'\(shown)' has \(size) bytes; a file has at most \(limits.fileBytes)")
        }
        guard size <= bytes.count - position else {
            throw BundleError(.archive, "the archive is cut within '\(shown)'")
        }
        let content = bytes[position..<position + size]
        // The content fills whole blocks; the size is bounded, so that the sum cannot overflow.
        position = min(bytes.count, position + (size + Self.block - 1) / Self.block * Self.block)
        return Member(path: path, content: content)
    }

    /// The path, without a `./` before it.
    private static func path(of header: ArraySlice<UInt8>) throws(BundleError) -> String {
        let start = header.startIndex
        let magic = header[start + 257..<start + 263]
        let isPOSIX = magic.elementsEqual("ustar\0".utf8)
        guard isPOSIX || magic.elementsEqual("ustar ".utf8) else {
            throw BundleError(.archive, "the bundle is no tar archive (ustar)")
        }
        let name = header[start..<start + 100].prefix { $0 != 0 }
        // GNU tar has other things in place of the prefix.
        let prefix = isPOSIX ? header[start + 345..<start + 500].prefix { $0 != 0 } : []
        let path = prefix.isEmpty ? Array(name) : Array(prefix) + [UInt8(ascii: "/")] + Array(name)
        let text = String(decoding: path, as: UTF8.self)
        return text.hasPrefix("./") ? String(text.dropFirst(2)) : text
    }

    private static func isDirectory(_ path: String) -> Bool {
        guard path != "/" else { return false }
        let name = path.hasSuffix("/") ? String(path.dropLast()) : path
        return name.isEmpty || name == "." || BundlePath.directories[name] != nil
    }

    /// An octal number with blanks or zeros around it; `nil` for anything else, such as the binary sizes of GNU tar.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        // At most twelve digits: 36 bits.
        return digits.reduce(0) { $0 << 3 | Int($1 & 7) }
    }

    /// The sum of the header's bytes, those of the checksum itself taken as blanks.
    private static func checksum(of header: ArraySlice<UInt8>) -> Int {
        let sum = header.reduce(0) { $0 + Int($1) }
        let own = header[header.startIndex + 148..<header.startIndex + 156].reduce(0) { $0 + Int($1) }
        return sum - own + 8 * 0x20
    }

    private static func name(of type: UInt8) -> String {
        switch type {
        case UInt8(ascii: "1"): "a hard link"
        case UInt8(ascii: "2"): "a symbolic link"
        case UInt8(ascii: "3"), UInt8(ascii: "4"): "a device"
        case UInt8(ascii: "6"): "a pipe"
        case UInt8(ascii: "x"), UInt8(ascii: "g"): "an extended header (make the archive with tar --format=ustar)"
        case UInt8(ascii: "S"): "a sparse file"
        default: "an entry of another kind"
        }
    }
}
