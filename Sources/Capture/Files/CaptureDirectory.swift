import Glibc

/// The capture files of a directory, by their names; directories within it are not entered.
enum CaptureDirectory {
    /// What a capture file's name ends in, before a suffix of compression.
    static let suffixes = [".pcap", ".pcapng", ".cap", ".ntar", ".dmp"]
    static let compressions = ["", ".gz", ".zst", ".zstd"]

    /// The captures in the directory at `path`, sorted by name; nothing where it is no directory.
    static func captures(in path: String) throws(CaptureError) -> [String]? {
        var status = stat()
        // Invariant: the path is passed as a copy for the call; the structure is written only during it.
        guard path != "-", unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        guard let names = names(in: path) else {
            throw CaptureError(.unreadable, "\(path): the directory cannot be read: \(systemMessage(errno))")
        }
        let captures = names.filter(isCapture).sorted()
        guard !captures.isEmpty else {
            throw CaptureError(
                .unreadable,
                "\(path): the directory holds no capture; files named *\(suffixes.joined(separator: ", *")) are read, "
                    + "also with .gz or .zst behind")
        }
        return captures.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    }

    /// Whether a file of this name is taken for a capture: also `trace.pcap0`, as rotating writers number them.
    static func isCapture(_ name: String) -> Bool {
        guard !name.hasPrefix(".") else { return false }
        let plain = name.lowercased()
        for compression in compressions where plain.hasSuffix(compression) {
            var stem = plain.dropLast(compression.count)
            while let last = stem.utf8.last, (0x30...0x39).contains(last) { stem.removeLast() }
            if suffixes.contains(where: stem.hasSuffix) { return true }
        }
        return false
    }

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
