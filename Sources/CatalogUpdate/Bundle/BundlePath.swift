/// A file's place in a bundle: one of three directories, and a plain name in it.
///
/// Nothing else can be in a bundle: no `..`, no absolute path, no hidden file, no deeper directory.
struct BundlePath: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The directories of a bundle, and what the names of files in each may end in.
    static let directories: [String: [String]] = [
        "vendors": [".yaml", ".tsv"], "fingerprints": [".yaml"], "lists": [".txt"],
    ]

    let directory: String
    let name: String

    /// The place that `text` names; `nil` if a bundle has no such place.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let endings = Self.directories[parts[0]], Self.isName(parts[1]),
            endings.contains(where: { parts[1].hasSuffix($0) && parts[1].utf8.count > $0.utf8.count })
        else { return nil }
        directory = parts[0]
        name = parts[1]
    }

    var description: String { "\(directory)/\(name)" }

    static func < (left: BundlePath, right: BundlePath) -> Bool { left.description < right.description }

    /// Letters, digits, `-`, `_` and `.`, not first a dot or a dash: no character with a meaning to a shell or a file system.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-"),
            text.utf8.count <= 128
        else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
