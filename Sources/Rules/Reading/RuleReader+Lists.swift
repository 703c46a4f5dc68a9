import Bytes
import Text

/// Conditions on lists: `in`.
extension RuleReader {
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
                .listUse, at: position,
                "\(field.name) (\(field.type.word)) cannot be in '\(list.name)', a list of type \(list.kind.rawValue); "
                    + "it takes a list of type \(kinds.map(\.rawValue).joined(separator: " or "))")
            return false
        }
        let isChecked = list.kind == .exact || field.name == "dst.domain" && list.kind == .suffix
        return !isChecked || holdsOnly(list, valuesOf: field, at: position)
    }

    /// Whether every entry is something that the field can be: another would never match and no one would know.
    private mutating func holdsOnly(_ list: NamedList, valuesOf field: Field, at position: SourcePosition) -> Bool {
        let members = list.names.members
        guard members.contains(where: { listProblem(with: $0, of: field) != nil }) else { return true }
        // A list has each entry as it is written and as a host name; one of the two forms is enough.
        let right = Set(members.filter { listProblem(with: $0, of: field) == nil }.map { $0.lowercased() })
        let first = members.first { !right.contains($0.lowercased()) && listProblem(with: $0, of: field) != nil }
        guard let first, let problem = listProblem(with: first, of: field) else { return true }
        report.error(
            .listUse, at: position,
            "the list '\(list.name)' holds '\(first)', which \(field.name) cannot be: \(problem.message)",
            suggestion: problem.suggestion)
        return false
    }

    private func listProblem(with member: String, of field: Field) -> Problem? {
        let isRight: Bool =
            switch field.type {
            case .enumeration(let words, _): words.contains(member)
            case .number: Int64(member) != nil
            case .hostname: HostText.normalised(member) != nil || IPAddress(member) != nil
            default: true
            }
        guard isRight else {
            var nearest = field.isHostName ? HostText.nearest(to: member) : nil
            if case .enumeration(let words, _) = field.type {
                nearest = ValueWords.nearest(to: member, of: field, among: words)
            }
            return Problem(message: "it is no \(field.isHostName ? "host name" : field.type.word)", suggestion: nearest)
        }
        return problem(with: member, of: field)
    }
}
