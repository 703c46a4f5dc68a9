import Foundation

/// Reads regular files of an untrusted directory: never a link, a pipe or a device, and never more than a limit.
enum PlainFileReader {
    /// The bytes of the regular file at `path`, at most `limit`.
    static func bytes(of path: String, limit: Int) throws(BundleError) -> [UInt8] {
        // Opening a pipe that no one writes to would block.
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard let type else { throw BundleError(.unreadable, "\(path) does not exist or cannot be read") }
        guard type == .typeRegular else {
            throw BundleError(.archive, "\(path) is \(name(of: type)); a bundle holds regular files alone")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw BundleError(.unreadable, "\(path) cannot be read")
        }
        defer { try? handle.close() }
        // One byte more than is allowed shows that a file is too large without reading all of it.
        guard let data = try? handle.read(upToCount: limit + 1) ?? Data() else {
            throw BundleError(.unreadable, "\(path) cannot be read")
        }
        guard data.count <= limit else { throw BundleError(.limit, "\(path) is larger than \(limit) bytes") }
        return [UInt8](data)
    }

    private static func name(of type: FileAttributeType) -> String {
        switch type {
        case .typeSymbolicLink: "a symbolic link"
        case .typeDirectory: "a directory"
        case .typeCharacterSpecial, .typeBlockSpecial: "a device"
        case .typeSocket: "a socket"
        default: "no regular file"
        }
    }
}
