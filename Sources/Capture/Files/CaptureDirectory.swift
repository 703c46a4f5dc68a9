import Glibc

/// The files of a directory that may be captures, and those that cannot be.
///
/// Every regular file is a candidate, whatever its name: what a file begins with decides, when it is opened. The name only decides
/// how one is reported that is no capture: as unread if it is named like a capture, otherwise as skipped. Hidden entries are
/// left out, directories below are entered unless that is turned off, and one that was entered through a link is not entered again.
struct CaptureDirectory {
    /// What the names of captures end in, before a number and a suffix of compression.
    static let suffixes = [".pcap", ".pcapng", ".cap", ".ntar", ".dmp"]
    private static let compressions = ["", ".gz", ".zst", ".zstd"]
    /// How deep directories are entered.
    private static let deepest = 64

    /// The regular files, sorted by path.
    private(set) var files: [String] = []
    /// What is neither a regular file nor a directory: pipes, sockets, devices.
    private(set) var skipped: [String] = []
    /// What could not be looked at.
    private(set) var unread: [CaptureError] = []
    private var entered: Set<Identity> = []
    private let isRecursive: Bool

    /// Which directory it is, whatever path leads there.
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// The entries of the directory at `path`; `nil` if it is no directory.
    ///
    /// - Throws: if the directory itself cannot be read.
    init?(_ path: String, isRecursive: Bool) throws(CaptureError) {
        guard path != "-", let status = Self.status(path), Self.isDirectory(status) else { return nil }
        self.isRecursive = isRecursive
        let base = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard try enter(base, status, depth: 0) else {
            throw CaptureError(.unreadable, "\(path): the directory cannot be read: \(systemMessage(errno))")
        }
    }

    /// Adds what the directory at `path` holds; false, with the reason in `errno`, if it cannot be read.
    private mutating func enter(_ path: String, _ status: stat, depth: Int) throws(CaptureError) -> Bool {
        guard entered.insert(Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))).inserted else {
            return true
        }
        guard let names = Self.names(in: path) else { return false }
        for name in names.sorted() where !name.hasPrefix(".") {
            try add(path == "/" ? "/\(name)" : "\(path)/\(name)", depth: depth)
        }
        return true
    }

    private mutating func add(_ path: String, depth: Int) throws(CaptureError) {
        guard let status = Self.status(path) else {
            unread.append(CaptureError(.unreadable, "\(path): cannot be opened: \(systemMessage(errno))"))
            return
        }
        if Self.isDirectory(status) {
            guard isRecursive else {
                skipped.append(path)
                return
            }
            guard depth < Self.deepest else {
                let words = "directories nested more than \(Self.deepest) deep are not entered"
                unread.append(CaptureError(.unreadable, "\(path): \(words)"))
                return
            }
            guard try enter(path, status, depth: depth + 1) else {
                let words = systemMessage(errno)
                unread.append(CaptureError(.unreadable, "\(path): the directory cannot be read: \(words)"))
                return
            }
        } else if status.st_mode & S_IFMT == S_IFREG {
            files.append(path)
        } else {
            skipped.append(path)
        }
    }

    /// Whether a file of this name is meant to be a capture: also `trace.pcap0` and `log.pcap.1657698333`, as rotating writers
    /// number them.
    static func isCapture(_ name: String) -> Bool {
        let plain = name.lowercased()
        for compression in compressions where plain.hasSuffix(compression) {
            var stem = plain.dropLast(compression.count)
            while let last = stem.utf8.last, (0x30...0x39).contains(last) { stem.removeLast() }
            if suffixes.contains(where: stem.hasSuffix) { return true }
            if stem.hasSuffix("."), suffixes.contains(where: stem.dropLast().hasSuffix) { return true }
        }
        return false
    }

    /// Whether the file at `path`, which could not be read as a capture, is simply something else.
    static func isSomethingElse(_ path: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        // Invariant: the path is a terminated copy for the call.
        let isReadable = unsafe access(path, R_OK) == 0
        return isReadable && !isCapture(name)
    }

    /// What the system says of `path`, at the end of links.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        // Invariant: the path is a terminated copy for the call; the structure is written only during it.
        return unsafe stat(path, &status) == 0 ? status : nil
    }

    private static func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

    private static func names(in path: String) -> [String]? {
        // Invariant: the stream is closed before it is left.
        guard let directory = unsafe opendir(path) else { return nil }
        defer { _ = unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            // Invariant: the entry's name is terminated within its field and copied before the next call.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe String(cString: UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
            }
            names.append(name)
        }
        return names
    }
}
