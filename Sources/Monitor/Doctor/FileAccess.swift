import Foundation
import Host

/// Access of a user without capabilities to files, computed from their modes as the kernel does (path_resolution(7)).
struct FileAccess {
    /// What is to be done with a file, or in a directory.
    enum Intent {
        case read, write

        /// The bits of a mode's last three that it takes.
        func bits(isDirectory: Bool) -> UInt16 {
            switch self {
            case .read: isDirectory ? 0o5 : 0o4
            case .write: isDirectory ? 0o3 : 0o2
            }
        }
    }

    /// The user and its only group.
    let user: SystemUser

    /// Whether the user gets to `path` and may do there what is intended. False if it is not there.
    func may(_ intent: Intent, _ path: String) -> Bool {
        let url = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath()
        var above = url.deletingLastPathComponent()
        while true {
            guard has(0o1, at: above.path) else { return false }
            if above.path == "/" { break }
            above.deleteLastPathComponent()
        }
        let type = try? FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
        return type.map { has(intent.bits(isDirectory: $0 == .typeDirectory), at: url.path) } ?? false
    }

    private func has(_ bits: UInt16, at path: String) -> Bool {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let mode = (attributes[.posixPermissions] as? NSNumber)?.uint16Value
        else { return false }
        let owner = (attributes[.ownerAccountID] as? NSNumber)?.uint32Value
        let group = (attributes[.groupOwnerAccountID] as? NSNumber)?.uint32Value
        let granted = owner == user.user ? mode >> 6 : group == user.group ? mode >> 3 : mode
        return granted & bits == bits
    }
}
