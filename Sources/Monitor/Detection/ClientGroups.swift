import Bytes
import Foundation
import Text
import Vendors

/// The operator's groups of client addresses, by the longest matching prefix: `src.group`.
///
/// Read from a file with a block of addresses, or one address, and its group a line; `#` begins a comment. One immutable
/// value, replaced whole on reload.
struct ClientGroups: Equatable, Sendable {
    private var entries: [(prefix: AddressPrefix, group: String)] = []
    private var table = PrefixTable()

    /// No groups.
    init() {}

    /// The groups of the file at `path`.
    ///
    /// - Throws: every line that is no block with its group, and a file that cannot be read.
    init(file path: String) throws(CatalogErrors) {
        guard let data = FileManager.default.contents(atPath: path) else {
            let place = SourcePosition(file: path, line: 1, column: 1)
            throw CatalogErrors([CatalogError(.unreadable, "the file of groups cannot be read", at: place)])
        }
        var errors: [CatalogError] = []
        var lineNumbers: [AddressPrefix: Int] = [:]
        let lines = String(decoding: data, as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            if words.isEmpty { continue }
            let place = SourcePosition(file: path, line: index + 1, column: 1)
            guard words.count == 2, let prefix = AddressPrefix(words[0]) else {
                let text = words.joined(separator: " ")
                let message = "'\(text)' is no block of addresses with its group, such as '10.1.0.0/16 research'"
                errors.append(CatalogError(.listItem, message, at: place))
                continue
            }
            if let first = lineNumbers.updateValue(index + 1, forKey: prefix) {
                let message = "'\(words[0])' has a group already, in line \(first)"
                errors.append(CatalogError(.listItem, message, at: place))
            }
            entries.append((prefix, String(words[1])))
        }
        guard errors.isEmpty else { throw CatalogErrors(errors) }
        table = PrefixTable(entries.enumerated().map { ($1.prefix, UInt32(clamping: $0)) })
    }

    /// The names of the groups.
    var names: Set<String> { Set(entries.map(\.group)) }

    /// The group of `address`; `nil` if no block holds it. Cost: a look-up, and no allocation for a group's first 15 bytes.
    func group(of address: IPAddress) -> String? {
        entries.isEmpty ? nil : table.match(address).map { entries[Int($0)].group }
    }

    static func == (left: ClientGroups, right: ClientGroups) -> Bool {
        left.entries.elementsEqual(right.entries) { $0.prefix == $1.prefix && $0.group == $1.group }
    }
}
