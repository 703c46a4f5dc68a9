import Bytes
import Text

extension RuleReader {
    /// One value, or a list of which one must be equal.
    mutating func readEqual(_ node: YAMLNode, of field: Field) -> Predicate? {
        guard let operands = operands(node, of: field.name) else { return nil }
        let values = operands.map { text, item -> FieldValue? in
            guard let value = readValue(text, at: item.position, of: field) else { return nil }
            return canBe(text, at: item.position, of: field) ? value : nil
        }
        let read = values.compactMap { $0 }
        guard read.count == values.count else { return nil }
        switch field.type {
        case .string, .hostname, .enumeration:
            let texts = read.compactMap(\.textValue)
            return field.name == "net.tunnel" ? Self.tunnels(texts) : .text(Set(texts))
        case .address: return .prefixes(PrefixSet(read.compactMap(\.prefixValue)))
        case .number, .size, .duration: return .numbers(Set(read.compactMap(\.numberValue)))
        case .boolean:
            let values = Set(read.compactMap(\.booleanValue))
            return values.count == 1 ? .boolean(values.contains(true)) : .exists(true)
        }
    }

    /// Encapsulations: one that is named without an id matches any id of it.
    private static func tunnels(_ words: [String]) -> Predicate {
        if words.allSatisfy({ $0.contains(":") }) { return .text(Set(words)) }
        return .glob(words.flatMap { $0.contains(":") ? [Glob($0)] : [Glob($0), Glob("\($0):*")] })
    }

    /// The single values of `node`, which is one or a list of them.
    mutating func operands(_ node: YAMLNode, of name: String) -> [(text: String, node: YAMLNode)]? {
        let items = node.items ?? [node]
        guard !items.isEmpty else {
            report.error(
                .emptyCondition, at: node.position, "'\(name)' is compared with an empty list: that holds never")
            return nil
        }
        let texts: [(text: String, node: YAMLNode)] = items.compactMap { item in
            guard let text = item.text, !item.isEmpty else {
                report.error(.shape, at: item.position, "'\(name)' is compared with single values, not \(item.kind)")
                return nil
            }
            return (text, item)
        }
        return texts.count == items.count ? texts : nil
    }

    /// The value of `field` that `text` writes; what the field cannot be is reported.
    mutating func readValue(_ text: String, at position: SourcePosition, of field: Field) -> FieldValue? {
        var problem = "'\(text)' is no \(field.type.word) that \(field.name) can be"
        var suggestion: String?
        switch field.type {
        case .string: return .text(text)
        case .hostname: return readHost(text, at: position, of: field)
        case .address:
            if let address = IPAddress(text) { return .address(address) }
            if let block = AddressPrefix(text)?.description ?? Self.block(ofWildcard: text) {
                problem = "'\(text)' is an address block; write {cidr: \(block)}"
            } else if field.name == "dst.ip", text.contains(where: \.isLetter), HostText.normalised(text) != nil {
                problem += "; write dst.host for a name"
            }
        case .number:
            if let number = Int64(text), number >= 0 { return .number(number) }
            if field.bounds?.upperBound == 65_535 { suggestion = Self.port(text) }
        case .size:
            if let bytes = SizeText.bytes(text) { return .number(bytes) }
            problem = "'\(text)' is no size such as 500kB, 5MB or 5MiB"
        case .duration:
            if let length = DurationText.nanoseconds(text) { return .number(length) }
            problem = "'\(text)' is no duration such as 90s, 15m, 1h or 7d"
        case .boolean:
            if let value = Self.boolean(text) { return .boolean(value) }
            report.error(
                .fieldValue, at: position, "'\(text)' is neither true nor false",
                suggestion: Self.nearestBoolean(to: text))
            return nil
        case .enumeration(let words, _): return readWord(text, at: position, of: field, among: words)
        }
        if [.number, .size, .duration].contains(field.type), let hint = Self.hint(forNumber: text) {
            problem += "; \(hint)"
        }
        report.error(.fieldValue, at: position, problem, suggestion: suggestion)
        return nil
    }

    /// The port that `https` or `443/tcp` means.
    private static func port(_ text: String) -> String? {
        let word = text.lowercased().prefix { $0 != "/" }
        return ValueWords.ports[String(word)].map { String($0) } ?? UInt16(word).map { String($0) }
    }

    /// A host name, or an address in place of one.
    private mutating func readHost(_ text: String, at position: SourcePosition, of field: Field) -> FieldValue? {
        if let host = HostText.normalised(text) ?? IPAddress(text)?.description { return .text(host) }
        var problem = "'\(text)' is no host name; '\(field.name)' takes one without scheme, port or path"
        if let found = InvisibleText.first(in: text) { problem = "'\(text)' holds \(found), which no host name has" }
        let hint = Self.hint(forHost: text)
        if let words = hint?.words, !words.isEmpty { problem += "; \(words)" }
        report.error(.fieldValue, at: position, problem, suggestion: hint?.suggestion)
        return nil
    }

    /// A word of an enumeration.
    private mutating func readWord(
        _ text: String, at position: SourcePosition, of field: Field, among words: [String]
    ) -> FieldValue? {
        if words.contains(text) { return .text(text) }
        report.error(
            .fieldValue, at: position, "\(field.name) cannot be '\(text)'; one of: \(words.joined(separator: ", "))",
            suggestion: ValueWords.nearest(to: text, of: field, among: words))
        return nil
    }

    /// `gt`, `gte`, `lt`, `lte`, and `between` with both its ends.
    mutating func readComparison(_ entry: YAMLNode.Entry, _ name: Operator, of field: Field) -> Predicate? {
        guard name != .between else { return readBetween(entry, of: field) }
        guard let text = text(entry), let value = readValue(text, at: entry.value.position, of: field)?.numberValue
        else { return nil }
        let range: (Int64, Int64)? =
            switch name {
            case .gt where value < .max: (value + 1, .max)
            case .gte: (value, .max)
            case .lte: (.min, value)
            case .lt where value > 0: (.min, value - 1)
            default: nil
            }
        guard let range, isWithinBounds(range, of: field) else {
            let bounds = field.bounds.map { "; it is \($0.lowerBound) to \($0.upperBound)" } ?? ""
            report.error(
                .emptyCondition, at: entry.position, "\(field.name) is never \(name.rawValue) \(text)\(bounds)")
            return nil
        }
        return .range(range.0, range.1)
    }

    /// Whether a number of the range is one that `field` can be.
    private func isWithinBounds(_ range: (Int64, Int64), of field: Field) -> Bool {
        guard let bounds = field.bounds else { return true }
        return range.0 <= bounds.upperBound && range.1 >= bounds.lowerBound
    }

    private mutating func readBetween(_ entry: YAMLNode.Entry, of field: Field) -> Predicate? {
        guard let ends = texts(entry) else { return nil }
        guard ends.count == 2 else {
            report.error(.shape, at: entry.value.position, "'between' takes two values, the lower one first")
            return nil
        }
        let values = ends.map { readValue($0.text, at: $0.node.position, of: field)?.numberValue }
        guard let low = values[0], let high = values[1] else { return nil }
        guard low <= high, isWithinBounds((low, high), of: field) else {
            report.error(
                .emptyCondition, at: entry.value.position,
                "no \(field.name) is between \(ends[0].text) and \(ends[1].text)")
            return nil
        }
        return .range(low, high)
    }

    /// The operators on text and on blocks of addresses, and `at_least`.
    mutating func readTextual(
        _ entry: YAMLNode.Entry, _ name: Operator, of field: Field, in file: RuleFile
    ) -> Predicate? {
        guard let operands = operands(entry.value, of: name.rawValue) else { return nil }
        switch name {
        case .suffix:
            guard areWholeLabels(operands, of: field) else { return nil }
            let hosts = operands.map { readValue(Self.withoutDot($0.text), at: $0.node.position, of: field)?.textValue }
            let read = hosts.compactMap { $0 }
            guard read.count == hosts.count, areDomains(operands, of: field) else { return nil }
            return known(.suffix(NameSet(read)), entry, of: field)
        case .glob: return readGlobs(operands, of: field).flatMap { known($0, entry, of: field) }
        case .regex: return readPatterns(operands, of: field, in: file).flatMap { known($0, entry, of: field) }
        case .cidr: return readBlocks(operands)
        default: return readAtLeast(operands, of: field)
        }
    }

    /// `.example.com` is how some write the suffix `example.com`.
    private static func withoutDot(_ text: String) -> String { text.hasPrefix(".") ? String(text.dropFirst()) : text }

    /// `predicate`, unless the catalog knows all that `field` can be and none of it matches.
    private mutating func known(_ predicate: Predicate, _ entry: YAMLNode.Entry, of field: Field) -> Predicate? {
        matchesAny(predicate, of: field, entry.value.flatText, at: entry.value.position) ? predicate : nil
    }

    /// Whether a path can end in the suffixes, which are compared label by label between dots.
    private mutating func areWholeLabels(_ operands: [(text: String, node: YAMLNode)], of field: Field) -> Bool {
        guard field.name == "http.path", let wrong = operands.first(where: { !$0.text.hasPrefix("/") }) else {
            return true
        }
        report.error(
            .fieldValue, at: wrong.node.position,
            "a suffix is compared with whole labels between dots; write {glob: \"*\(wrong.text)\"} for the end of a path"
        )
        return false
    }

    /// Whether the suffixes of a registrable domain are such, or above one: no domain is below a registrable one.
    private mutating func areDomains(_ operands: [(text: String, node: YAMLNode)], of field: Field) -> Bool {
        guard field.name == "dst.domain", let registrable = vocabulary.registrableDomain else { return true }
        var isFine = true
        for (text, node) in operands {
            guard let host = HostText.normalised(Self.withoutDot(text)), let domain = registrable(host), domain != host
            else {
                continue
            }
            _ = canBe(host, at: node.position, of: field)
            isFine = false
        }
        return isFine
    }

    private mutating func readBlocks(_ operands: [(text: String, node: YAMLNode)]) -> Predicate? {
        var prefixes = PrefixSet()
        var isFine = true
        for (text, node) in operands {
            if let prefix = block(text, at: node.position, code: .fieldValue) {
                prefixes.insert(prefix)
            } else {
                isFine = false
            }
        }
        return isFine ? .prefixes(prefixes) : nil
    }

    private mutating func readAtLeast(_ operands: [(text: String, node: YAMLNode)], of field: Field) -> Predicate? {
        guard operands.count == 1, let (text, node) = operands.first else {
            report.error(.shape, at: operands[0].node.position, "'at_least' takes one value")
            return nil
        }
        guard readValue(text, at: node.position, of: field) != nil, case .enumeration(let words, _) = field.type,
            let index = words.firstIndex(of: text)
        else { return nil }
        return .text(Set(words[index...]))
    }
}

extension FieldValue {
    fileprivate var textValue: String? { if case .text(let text) = self { text } else { nil } }
    fileprivate var numberValue: Int64? { if case .number(let number) = self { number } else { nil } }
    fileprivate var booleanValue: Bool? { if case .boolean(let value) = self { value } else { nil } }
    fileprivate var prefixValue: AddressPrefix? {
        if case .address(let address) = self { AddressPrefix(address, length: address.bitWidth) } else { nil }
    }
}
