import Bytes
import Text

/// Writes the conditions of rules as expressions over the rows of one table.
struct SQLCondition {
    /// The table.
    let table: SQLTable

    /// The expression that holds of a row if `condition` holds of what the row tells.
    func expression(_ condition: Condition) throws(SQLProblem) -> String {
        switch condition {
        case .all(let parts): return try joined(parts, by: "AND", empty: "1")
        case .any(let parts): return try joined(parts, by: "OR", empty: "0")
        case .none(let parts): return "NOT \(try joined(parts, by: "OR", empty: "0"))"
        case .test(let test): return try expression(test)
        }
    }

    private func joined(_ parts: [Condition], by word: String, empty: String) throws(SQLProblem) -> String {
        var texts: [String] = []
        for part in parts { texts.append(try expression(part)) }
        guard texts.count > 1 else { return texts.first ?? empty }
        return "(" + texts.joined(separator: " \(word) ") + ")"
    }

    private func expression(_ test: FieldTest) throws(SQLProblem) -> String {
        guard let field = test.field.sql(in: table) else {
            throw SQLProblem(
                clause: test.text, position: test.position,
                reason: "no column of egret.\(table.rawValue) tells \(test.field.name)")
        }
        do throws(SQLProblem) {
            return try expression(test.predicate, of: field)
        } catch {
            throw SQLProblem(clause: test.text, position: test.position, reason: error.reason)
        }
    }

    private func expression(_ predicate: Predicate, of field: SQLField) throws(SQLProblem) -> String {
        switch predicate {
        case .not(let inner): return "NOT (\(try expression(inner, of: field)))"
        case .all(let parts):
            var texts: [String] = []
            for part in parts { texts.append(try expression(part, of: field)) }
            return texts.isEmpty ? "1" : "(" + texts.joined(separator: " AND ") + ")"
        case .exists(let wanted):
            guard let presence = field.presence else { return wanted ? "1" : "0" }
            return wanted ? "(\(presence))" : "NOT (\(presence))"
        default: break
        }
        switch field.kind {
        case .texts, .numbers:
            let element = SQLField(value: "x", presence: nil, kind: field.kind == .texts ? .text : .number)
            return "arrayExists(x -> \(try value(predicate, of: element)), \(field.value))"
        case .text, .address: return try value(predicate, of: field)
        case .number, .boolean:
            let text = try value(predicate, of: field)
            return field.presence.map { "(\($0) AND \(text))" } ?? text
        }
    }

    /// What is asked of a value that is there.
    private func value(_ predicate: Predicate, of field: SQLField) throws(SQLProblem) -> String {
        let value = field.value
        switch predicate {
        case .text(let texts): return "\(value) IN \(SQLText.list(texts))"
        case .suffix(let names): return try suffix(names, value)
        case .glob(let globs): return SQLPattern.matches(value, globs.map { SQLPattern.expression($0) })
        case .pattern(let patterns): return SQLPattern.matches(value, patterns.map { SQLPattern.expression($0.tree) })
        case .prefixes(let prefixes): return try blocks(prefixes, value)
        case .lists(let lists):
            var texts: [String] = []
            for list in lists { texts.append(try member(of: list, field)) }
            return "(" + texts.joined(separator: " OR ") + ")"
        case .numbers(let numbers):
            return "\(value) IN (\(numbers.sorted().map { String($0) }.joined(separator: ", ")))"
        case .range(let low, let high):
            // The ends that a comparison leaves open are those of the type.
            if high == .max { return "\(value) >= \(low)" }
            return low == .min ? "\(value) <= \(high)" : "\(value) BETWEEN \(low) AND \(high)"
        case .boolean(let wanted): return wanted ? value : "NOT \(value)"
        case .not, .all, .exists: return try expression(predicate, of: field)
        }
    }

    private func suffix(_ names: NameSet, _ value: String) throws(SQLProblem) -> String {
        try check(names.count)
        let members = names.members
        if members.count == 1, let name = members.first {
            return "(\(value) = \(SQLText.literal(name)) OR endsWith(\(value), \(SQLText.literal("." + name))))"
        }
        return "arrayExists(n -> \(value) = n OR endsWith(\(value), concat('.', n)), \(SQLText.array(members)))"
    }

    private func blocks(_ prefixes: PrefixSet, _ value: String) throws(SQLProblem) -> String {
        try check(prefixes.count)
        let tests = prefixes.members.sorted { $0.description < $1.description }.map { SQLText.contains($0, value) }
        guard tests.count > 1 else { return tests.first ?? "0" }
        return "(" + tests.joined(separator: " OR ") + ")"
    }

    private func member(of list: NamedList, _ field: SQLField) throws(SQLProblem) -> String {
        let text = field.kind == .text ? field.value : field.text
        switch list.kind {
        case .exact:
            try check(list.names.count + list.exceptNames.count)
            let isIn = "\(text) IN \(SQLText.list(list.names.members))"
            return list.exceptNames.count == 0
                ? isIn : "(\(isIn) AND \(text) NOT IN \(SQLText.list(list.exceptNames.members)))"
        case .suffix:
            let isIn = try suffix(list.names, text)
            return list.exceptNames.count == 0 ? isIn : "(\(isIn) AND NOT \(try suffix(list.exceptNames, text)))"
        case .cidr:
            guard field.kind == .address else {
                throw SQLProblem(clause: "", reason: "a list of blocks is compared with addresses alone")
            }
            let isIn = try blocks(list.prefixes, field.value)
            return list.exceptPrefixes.count == 0
                ? isIn : "(\(isIn) AND NOT \(try blocks(list.exceptPrefixes, field.value)))"
        }
    }

    /// ClickHouse reads at most 256 KiB of a query unless `max_query_size` says otherwise.
    private func check(_ count: Int) throws(SQLProblem) {
        guard count > Self.longestList else { return }
        throw SQLProblem(
            clause: "", reason: "a list of \(count) entries is too long for a query; \(Self.longestList) are possible")
    }

    private static let longestList = 2_000
}
