import Bytes
import Text

extension Catalog {
    /// What is doubtful in a catalog that loads: overlaps that contradict each other, suffixes that hold other
    /// people's names, look-alikes of other vendors' names, and loose ends. By place; `nil` if all is well.
    ///
    /// `generalDomains` are names that no suffix entry may be: public suffixes, hosting, companies of many trades.
    /// `isPublicSuffix` tells the former if a list of them is available.
    /// Cost: in the number of entries, times that of the wildcards.
    public func check(
        generalDomains: Set<String>, isPublicSuffix: (String) -> Bool = { _ in false }
    ) -> [CatalogError] {
        let hosts = entries.compactMap { entry -> (pattern: HostPattern, entry: CatalogEntry)? in
            if case .host(let pattern) = entry.match { (pattern, entry) } else { nil }
        }
        var findings = contradictions(among: hosts) + confusables(among: hosts)
        for (pattern, entry) in hosts where generalDomains.contains(Self.breadth(of: pattern)) {
            let message = "'\(pattern.name)' holds names of other people; list its hosts one by one"
            findings.append(CatalogError(.generalDomain, message, at: entry.place))
        }
        for (pattern, entry) in hosts where isPublicSuffix(Self.breadth(of: pattern)) {
            let message = "'\(pattern.name)' takes all of a public suffix"
            findings.append(CatalogError(.generalDomain, message, at: entry.place))
        }
        findings += looseEnds()
        return findings.sorted { $0.place < $1.place }
    }

    /// The name below which the pattern takes every name; `nil` for one that asks for more than a depth.
    private static func breadth(of pattern: HostPattern) -> String {
        switch pattern.kind {
        case .exact: ""
        case .suffix: pattern.name
        case .wildcard: pattern.name.split(separator: ".").drop { $0 == "*" }.joined(separator: ".")
        }
    }

    private func contradictions(among hosts: [(pattern: HostPattern, entry: CatalogEntry)]) -> [CatalogError] {
        var suffixes: [Substring: CatalogEntry] = [:]
        for (pattern, entry) in hosts where pattern.kind == .suffix && entry.scope == .dedicated {
            suffixes[pattern.name[...]] = entry
        }
        let wildcards = hosts.filter { $0.pattern.kind == .wildcard }
        var findings: [CatalogError] = []
        for (pattern, entry) in hosts {
            for parent in Self.suffixes(of: pattern.name) {
                if let other = suffixes[parent], other.vendor != entry.vendor {
                    findings.append(Self.contradiction(entry, other))
                }
            }
            let sample = Array(pattern.name.utf8.map { $0 == HostPattern.star ? UInt8(ascii: "x") : $0 })
            for (wildcard, other) in wildcards where other.vendor != entry.vendor {
                if HostTable.matches(Array(wildcard.name.utf8), sample.rawSpan) {
                    findings.append(Self.contradiction(entry, other))
                }
            }
        }
        return findings
    }

    private static func contradiction(_ entry: CatalogEntry, _ other: CatalogEntry) -> CatalogError {
        let owner = other.vendor.map { "of \($0)" } ?? "of no one"
        return CatalogError(
            .contradiction, "'\(entry)' is within '\(other)' \(owner) (\(other.place))", at: entry.place)
    }

    /// The name itself and every name it is below.
    private static func suffixes(of name: String) -> [Substring] {
        name.indices.filter { $0 == name.startIndex || name[name.index(before: $0)] == "." }.map { name[$0...] }
    }

    private func confusables(among hosts: [(pattern: HostPattern, entry: CatalogEntry)]) -> [CatalogError] {
        var seen: [String: CatalogEntry] = [:]
        var findings: [CatalogError] = []
        for (pattern, entry) in hosts where entry.vendor != nil {
            let skeleton = Self.skeleton(of: pattern.name)
            if let other = seen[skeleton], other.vendor != entry.vendor {
                let message = "'\(pattern.name)' looks like '\(other)' of \(other.vendor ?? "") (\(other.place))"
                findings.append(CatalogError(.confusable, message, at: entry.place))
            }
            seen[skeleton] = entry
        }
        return findings
    }

    /// The name with letters that look alike made one: `0penai-1` and `openail` give the same.
    static func skeleton(of name: String) -> String {
        var skeleton = ""
        for letter in name {
            switch letter {
            case "0": skeleton.append("o")
            case "1", "i", "j": skeleton.append("l")
            case "5": skeleton.append("s")
            case "-", "_": break
            case "n" where skeleton.last == "r": skeleton.replaceLast(with: "m")
            case "v" where skeleton.last == "v": skeleton.replaceLast(with: "w")
            default: skeleton.append(letter)
            }
        }
        return skeleton
    }

    private func looseEnds() -> [CatalogError] {
        var findings: [CatalogError] = []
        var used: [String: Set<String>] = [:]
        for entry in entries {
            for user in entry.usedBy where vendors[user] == nil {
                let suggestion = Spelling.nearest(to: user, among: vendors.keys.sorted())
                findings.append(
                    CatalogError(
                        .unknownVendor, "unknown vendor '\(user)' in used_by", at: entry.place, suggestion: suggestion))
            }
            if let vendor = entry.vendor, let product = entry.product { used[vendor, default: []].insert(product) }
        }
        for vendor in vendors.values {
            for product in vendor.products where !(used[vendor.id]?.contains(product.id) ?? false) {
                guard let place = entries.first(where: { $0.vendor == vendor.id })?.place else { continue }
                let message = "no entry has the product '\(product.id)' of \(vendor.id)"
                findings.append(
                    CatalogError(
                        .unusedProduct, message, at: SourcePosition(file: place.file, line: 1, column: 1)))
            }
        }
        return findings
    }
}

extension String {
    /// Puts `letter` in place of the last one.
    fileprivate mutating func replaceLast(with letter: Character) {
        removeLast()
        append(letter)
    }
}
