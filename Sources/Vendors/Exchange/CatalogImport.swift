public import Bytes
import Text

/// A draft vendor file made of another tool's list: a beginning for anyone who then reads every line of it.
///
/// It reads domain lists of v2fly and rule lists of Clash. Keywords, expressions, included files, whole network numbers
/// and countries are left out and listed, for they say nothing certain of a vendor.
public struct CatalogImport: Equatable, Sendable {
    /// What the list is written in.
    public enum Format: String, Sendable, CaseIterable {
        case v2fly, clash
    }

    /// A line that could not be adopted.
    public struct LeftOut: Equatable, Sendable {
        /// Its number, counted from 1.
        public var line: Int
        /// Its text without comment.
        public var text: String
    }

    /// The names found, each once, in the order of the list.
    public private(set) var patterns: [HostPattern] = []
    /// The address blocks found, each once, in the order of the list.
    public private(set) var prefixes: [AddressPrefix] = []
    /// Lines that could not be adopted.
    public private(set) var leftOut: [LeftOut] = []

    /// Reads the list `text`.
    public init(_ text: String, format: Format) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let item = Self.trimmed(line.prefix { $0 != "#" })
            guard !item.isEmpty, item != "payload:" else { continue }
            let isTaken = format == .v2fly ? takeV2fly(item) : takeClash(item)
            if !isTaken { leftOut.append(LeftOut(line: number + 1, text: item)) }
        }
    }

    /// The draft as the text of a vendor file, which still wants its country, products, roles and a second look.
    public func draft(id: String, name: String, source: String, date: String) -> String {
        var lines = [
            "# A draft: set the country, the products and each role, and hold every line against a source of the vendor.",
            "id: \(id)", "name: \(JSONText.yaml(name))", "country: ZZ", "category: api", "", "sources:",
            "  imported: {date: \(date), text: \(JSONText.yaml(source))}", "", "hosts:",
        ]
        lines += patterns.map { pattern in
            "- {\(pattern.kind.rawValue): \(JSONText.yaml(pattern.name)), role: unclassified, confidence: low, source: imported}"
        }
        if patterns.isEmpty { lines[lines.count - 1] = "hosts: []" }
        if !prefixes.isEmpty {
            lines += ["", "prefixes:"]
            lines += prefixes.map { "- {prefix: \"\($0)\", role: unclassified, confidence: low, source: imported}" }
        }
        lines += leftOut.map { "# left out, line \($0.line): \($0.text)" }
        return lines.map { $0 + "\n" }.joined()
    }

    private mutating func takeV2fly(_ item: String) -> Bool {
        let rule = item.prefix { !$0.isWhitespace && $0 != "@" }
        let parts = rule.split(separator: ":", maxSplits: 1)
        guard let last = parts.last else { return false }
        switch parts.count == 2 ? parts[0] : "domain" {
        case "domain": return take(.suffix, last)
        case "full": return take(.exact, last)
        default: return false
        }
    }

    private mutating func takeClash(_ item: String) -> Bool {
        var item = item
        if item.hasPrefix("- ") { item = Self.trimmed(item.dropFirst(2)) }
        if let mark = item.first, mark == "'" || mark == "\"", item.last == mark, item.count > 1 {
            item = String(item.dropFirst().dropLast())
        }
        let parts = item.split(separator: ",").map { Self.trimmed($0) }
        guard parts.count >= 2 else {
            if item.hasPrefix("+.") { return take(.suffix, item.dropFirst(2)) }
            return AddressPrefix(item).map { take($0) } ?? take(item.contains("*") ? .wildcard : .exact, item)
        }
        switch parts[0] {
        case "DOMAIN": return take(.exact, parts[1])
        case "DOMAIN-SUFFIX": return take(.suffix, parts[1])
        case "DOMAIN-WILDCARD": return take(.wildcard, parts[1])
        case "IP-CIDR", "IP-CIDR6": return AddressPrefix(parts[1]).map { take($0) } ?? false
        default: return false
        }
    }

    private mutating func take(_ kind: HostPattern.Kind, _ name: some StringProtocol) -> Bool {
        guard let pattern = try? HostPattern(kind, name.lowercased()) else { return false }
        if !patterns.contains(pattern) { patterns.append(pattern) }
        return true
    }

    private mutating func take(_ prefix: AddressPrefix) -> Bool {
        if !prefixes.contains(prefix) { prefixes.append(prefix) }
        return true
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let kept = text.drop(while: \.isWhitespace)
        return String(kept.reversed().drop(while: \.isWhitespace).reversed())
    }
}
