import Bytes
import Text

extension RuleReader {
    /// One value, or a list of which one must be equal.
    mutating func readEqual(_ node: YAMLNode, of field: Field) -> Predicate? {
        guard let operands = operands(node, of: field.name) else { return nil }
        let values = operands.map { text, item in
            isKnown(text, of: field, at: item.position) ? readValue(text, at: item.position, of: field) : nil
        }
        let read = values.compactMap { $0 }
        guard read.count == values.count else { return nil }
        switch field.type {
        case .string, .hostname, .enumeration: return .text(Set(read.compactMap(\.textValue)))
        case .address: return .prefixes(PrefixSet(read.compactMap(\.prefixValue)))
        case .number, .size, .duration: return .numbers(Set(read.compactMap(\.numberValue)))
        case .boolean:
            let values = Set(read.compactMap(\.booleanValue))
            return values.count == 1 ? .boolean(values.contains(true)) : .exists(true)
        }
    }

    /// Whether `field` can be `text`, as far as the vocabulary says.
    private mutating func isKnown(_ text: String, of field: Field, at position: SourcePosition) -> Bool {
        guard let words = vocabulary[field.name], !words.contains(text) else { return true }
        report.error(
            .fieldValue, position, "the catalog has no \(field.name) '\(text)'",
            suggestion: Spelling.nearest(to: text, among: words))
        return false
    }

    /// The single values of `node`, which is one or a list of them.
    private mutating func operands(_ node: YAMLNode, of name: String) -> [(text: String, node: YAMLNode)]? {
        let items = node.items ?? [node]
        guard !items.isEmpty else {
            report.error(.emptyCondition, node.position, "'\(name)' is compared with an empty list: that holds never")
            return nil
        }
        let texts: [(text: String, node: YAMLNode)] = items.compactMap { item in
            guard let text = item.text, !item.isEmpty else {
                report.error(.shape, item.position, "'\(name)' is compared with single values, not \(item.kind)")
                return nil
            }
            return (text, item)
        }
        return texts.count == items.count ? texts : nil
    }

    /// The value of `field` that `text` writes; what the field cannot be is reported.
    mutating func readValue(_ text: String, at position: SourcePosition, of field: Field) -> FieldValue? {
        var problem = "'\(text)' is no \(field.type.word) that \(field.name) can be"
        switch field.type {
        case .string: return .text(text)
        case .hostname:
            if let host = HostText.normalised(text) ?? IPAddress(text)?.description { return .text(host) }
            problem = "'\(text)' is no host name; '\(field.name)' takes one without scheme, port or path"
        case .address:
            if let address = IPAddress(text) { return .address(address) }
            if AddressPrefix(text) != nil { problem = "'\(text)' is an address block; write {cidr: \(text)}" }
        case .number:
            if let number = Int64(text), number >= 0 { return .number(number) }
        case .size:
            if let bytes = SizeText.bytes(text) { return .number(bytes) }
            problem = "'\(text)' is no size such as 500kB, 5MB or 5MiB"
        case .duration:
            if let length = DurationText.nanoseconds(text) { return .number(length) }
            problem = "'\(text)' is no duration such as 90s, 15m, 1h or 7d"
        case .boolean:
            if let value = Self.boolean(text) { return .boolean(value) }
            problem = "'\(text)' is neither true nor false"
        case .enumeration(let words, _):
            if words.contains(text) { return .text(text) }
            let nearest = Spelling.nearest(to: text, among: words)
            report.error(
                .fieldValue, position, "\(field.name) cannot be '\(text)'; one of: \(words.joined(separator: ", "))",
                suggestion: nearest)
            return nil
        }
        report.error(.fieldValue, position, problem)
        return nil
    }

    /// `in`: the name of a list, or several.
    mutating func readMembership(_ entry: YAMLNode.Entry, of field: Field, in file: RuleFile) -> Predicate? {
        guard let operands = operands(entry.value, of: "in") else { return nil }
        let lists = operands.map { name, node -> NamedList? in
            guard
                let found = resolve(
                    name, at: node.position, in: file.source.name, among: definitions.lists, kind: "list",
                    code: .unknownList)
            else { return nil }
            guard let list = found.value, isUsable(list, by: field, at: node.position) else { return nil }
            return list
        }
        let read = lists.compactMap { $0 }
        return read.count == lists.count ? .lists(read) : nil
    }

    private mutating func isUsable(_ list: NamedList, by field: Field, at position: SourcePosition) -> Bool {
        let kinds: [NamedList.Kind] =
            switch field.type {
            case .address: [.cidr]
            case .hostname: [.suffix, .exact]
            case .string, .enumeration, .number, .size, .duration: [.exact]
            case .boolean: []
            }
        guard kinds.contains(list.kind) else {
            report.error(
                .listUse, position,
                "\(field.name) (\(field.type.word)) cannot be in '\(list.name)', a list of type \(list.kind.rawValue); "
                    + "it takes a list of type \(kinds.map(\.rawValue).joined(separator: " or "))")
            return false
        }
        return list.kind != .exact || holdsOnly(list, valuesOf: field, at: position)
    }

    /// Whether every entry is something that the field can be: another would never match and nobody would know.
    private mutating func holdsOnly(_ list: NamedList, valuesOf field: Field, at position: SourcePosition) -> Bool {
        let words = vocabulary[field.name]
        let wrong: String? =
            switch field.type {
            case .string: words.flatMap { words in list.names.members.first { !words.contains($0) } }
            case .enumeration(let words, _): list.names.members.first { !words.contains($0) }
            case .number: list.names.members.first { Int64($0) == nil }
            case .hostname: list.names.members.first { HostText.normalised($0) == nil && IPAddress($0) == nil }
            default: nil
            }
        guard let wrong else { return true }
        report.error(.listUse, position, "the list '\(list.name)' holds '\(wrong)', which \(field.name) cannot be")
        return false
    }

    /// `gt`, `gte`, `lt`, `lte`, and `between` with both its ends.
    mutating func readComparison(_ entry: YAMLNode.Entry, _ name: Operator, of field: Field) -> Predicate? {
        guard name != .between else { return readBetween(entry, of: field) }
        guard let text = text(entry), let value = readValue(text, at: entry.value.position, of: field)?.numberValue
        else { return nil }
        switch name {
        case .gt where value < .max: return .range(value + 1, .max)
        case .gte: return .range(value, .max)
        case .lte: return .range(.min, value)
        case .lt where value > 0: return .range(.min, value - 1)
        default:
            report.error(.emptyCondition, entry.position, "\(field.name) is never \(name.rawValue) \(text)")
            return nil
        }
    }

    private mutating func readBetween(_ entry: YAMLNode.Entry, of field: Field) -> Predicate? {
        guard let ends = texts(entry) else { return nil }
        guard ends.count == 2 else {
            report.error(.shape, entry.value.position, "'between' takes two values, the lower one first")
            return nil
        }
        let values = ends.map { readValue($0.text, at: $0.node.position, of: field)?.numberValue }
        guard let low = values[0], let high = values[1] else { return nil }
        guard low <= high else {
            report.error(
                .emptyCondition, entry.value.position,
                "no \(field.name) lies between \(ends[0].text) and \(ends[1].text)")
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
            let hosts = operands.map { readValue(Self.withoutDot($0.text), at: $0.node.position, of: field)?.textValue }
            let read = hosts.compactMap { $0 }
            return read.count == hosts.count ? .suffix(NameSet(read)) : nil
        case .glob:
            return .glob(operands.map { Glob(field.type == .hostname ? $0.text.lowercased() : $0.text) })
        case .regex: return readPatterns(operands, in: file)
        case .cidr: return readBlocks(operands)
        default: return readAtLeast(operands, of: field)
        }
    }

    /// `.example.com` is how some write the suffix `example.com`.
    private static func withoutDot(_ text: String) -> String { text.hasPrefix(".") ? String(text.dropFirst()) : text }

    private mutating func readPatterns(_ operands: [(text: String, node: YAMLNode)], in file: RuleFile) -> Predicate? {
        var patterns: [Pattern] = []
        for (text, node) in operands {
            do throws(PatternError) {
                patterns.append(try Pattern(text))
            } catch {
                let position = file.source.position(in: node, at: error.index)
                report.error(.pattern, position, "the expression '\(text)' cannot be read: \(error.problem)")
            }
        }
        return patterns.count == operands.count ? .pattern(patterns) : nil
    }

    private mutating func readBlocks(_ operands: [(text: String, node: YAMLNode)]) -> Predicate? {
        var prefixes = PrefixSet()
        var isFine = true
        for (text, node) in operands {
            if let prefix = AddressPrefix(text) {
                prefixes.insert(prefix)
            } else {
                report.error(.fieldValue, node.position, "'\(text)' is no address block such as 10.0.0.0/8")
                isFine = false
            }
        }
        return isFine ? .prefixes(prefixes) : nil
    }

    private mutating func readAtLeast(_ operands: [(text: String, node: YAMLNode)], of field: Field) -> Predicate? {
        guard operands.count == 1, let (text, node) = operands.first else {
            report.error(.shape, operands[0].node.position, "'at_least' takes one value")
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
