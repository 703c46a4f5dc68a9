import Bytes
import Text

extension VendorReader {
    /// Whether `node` is a mapping of none but the keys `known`; what else is there is kept as an error.
    mutating func check(_ node: YAMLNode, of what: String, known: [String]) -> Bool {
        guard node.entries != nil else {
            add(.shape, "\(what) is a mapping of keys and values", at: node)
            return false
        }
        for (entry, suggestion) in node.unknownEntries(besides: known) {
            add(.unknownKey, "unknown key '\(entry.key)' in \(what)", at: entry.position, suggestion: suggestion)
        }
        return true
    }

    /// The nodes of the list under `key`; `nil` if the key is missing.
    mutating func list(_ key: String, of mapping: YAMLNode) -> [YAMLNode] {
        guard let node = mapping[key] else { return [] }
        guard let items = node.items else {
            add(.shape, "'\(key)' is a list", at: node)
            return []
        }
        return items
    }

    /// The text of `node`, never empty.
    mutating func text(_ node: YAMLNode, of what: String) -> String? {
        guard let text = node.text else {
            add(.shape, "'\(what)' is a text", at: node)
            return nil
        }
        guard !text.isEmpty else {
            add(.missingKey, "'\(what)' is empty", at: node)
            return nil
        }
        return text
    }

    /// The text under `key`; `nil` if it is missing.
    mutating func optional(_ key: String, of mapping: YAMLNode) -> String? {
        mapping[key].flatMap { text($0, of: key) }
    }

    /// The text under `key`, which must be there.
    mutating func required(_ key: String, of mapping: YAMLNode, what: String) -> String? {
        guard let node = mapping[key] else {
            add(.missingKey, "\(what) has no '\(key)'", at: mapping)
            return nil
        }
        return text(node, of: key)
    }

    /// The slug under `key`: 2 to 64 of a-z, 0-9 and '-', beginning and ending with a letter or digit.
    mutating func slug(_ key: String, of mapping: YAMLNode, what: String) -> String? {
        guard let text = required(key, of: mapping, what: what), let node = mapping[key] else { return nil }
        return slug(text, at: node)
    }

    /// Whether `text` is an id: 2 to 64 of a-z, 0-9 and the hyphen, which is not at an end.
    static func isSlug(_ text: String) -> Bool {
        let bytes = text.utf8
        return (2...64).contains(bytes.count) && bytes.first != UInt8(ascii: "-") && bytes.last != UInt8(ascii: "-")
            && bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// `text` if it is a slug.
    mutating func slug(_ text: String, at node: YAMLNode) -> String? {
        guard Self.isSlug(text) else {
            add(.slug, "'\(text)' is no id: 2 to 64 of a-z, 0-9 and '-'", at: node)
            return nil
        }
        return text
    }

    /// Whether `text` may be a country: two capital letters.
    static func isCountry(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }

    /// The country or region under `key`, which must be there; one that is no two capital letters is kept as an error.
    mutating func country(_ key: String, of mapping: YAMLNode, what: String) -> String? {
        guard let text = required(key, of: mapping, what: what), let node = mapping[key] else { return nil }
        if !Self.isCountry(text) {
            let unknown = key == "country" ? ", ZZ where unknown" : ", or EU"
            add(.country, "'\(text)' is no \(key); two capital letters\(unknown)", at: node)
        }
        return text
    }

    /// The word under `key` as a case of its closed list, `standard` where the key is missing.
    mutating func keyword<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, of mapping: YAMLNode, default fallback: Word
    ) -> Word {
        guard let node = mapping[key], let text = text(node, of: key) else { return fallback }
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue)
        add(
            .unknownWord, "unknown \(key) '\(text)'; one of \(known.joined(separator: ", "))", at: node,
            suggestion: Spelling.nearest(to: text, among: known))
        return fallback
    }

    /// The day under `key` as it is written, `2026-11-22`; years 2000 to 2099.
    mutating func date(_ key: String, of mapping: YAMLNode, what: String) -> String? {
        day(key, of: mapping, what: what)?.text
    }

    /// The day under `key`, as it is written and as a day of the calendar.
    mutating func day(
        _ key: String, of mapping: YAMLNode, what: String
    ) -> (text: String, date: CivilDate)? {
        guard let text = required(key, of: mapping, what: what), let node = mapping[key] else { return nil }
        guard let date = Self.day(text) else {
            add(.date, "'\(text)' is no date; write it as 2026-11-22", at: node)
            return nil
        }
        return (text, date)
    }

    /// The day of `text`: four digits, two and two, with a dash between them.
    private static func day(_ text: String) -> CivilDate? {
        guard text.utf8.count == 10 else { return nil }
        var (year, month, day) = (0, 0, 0)
        for (index, byte) in text.utf8.enumerated() {
            if index == 4 || index == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard (0x30...0x39).contains(byte) else { return nil }
            let digit = Int(byte) - 0x30
            switch index {
            case 0..<4: year = year * 10 + digit
            case 5..<7: month = month * 10 + digit
            default: day = day * 10 + digit
            }
        }
        return (2000...2099).contains(year) ? CivilDate(year: year, month: month, day: day) : nil
    }
}
