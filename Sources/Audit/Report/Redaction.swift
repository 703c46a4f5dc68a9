/// Takes the values out of records, so that they can be given to the other side: fields and findings stay, values, addresses and
/// names of hosts do not.
///
/// What stays is listed, not what goes: a member that is not known here is left out.
package struct Redaction {
    private var hosts: [String: String] = [:]
    private let kept: Set<String>

    /// A redaction that keeps the names of the hosts `kept`; each other one becomes `host-1`, `host-2` and so on.
    package init(keepingHosts kept: Set<String> = []) { self.kept = kept }

    private static let members: [String: [String]] = [
        "connection": ["type", "host", "state", "protocol", "requests"],
        "request": [
            "type", "n", "packet", "protocol", "method", "host", "path", "status", "request_body", "response_body",
        ],
        "finding": [
            "type", "kind", "grade", "category", "request", "capture_sha256", "packet", "field", "offset", "codepoint",
            "expected", "known", "form", "mark", "source", "count", "explanation",
        ],
        "summary": ["type", "connections", "requests", "keys_unused", "findings", "packets", "inputs"],
        "inputs": ["type", "inputs"],
        "difference": ["type", "method", "host", "path", "field", "slots", "p", "p_family"],
        "comparison": [
            "type", "runs", "fields", "classes", "varying", "separating", "family", "relabelings", "exact", "p_min",
            "p_family", "connections_not_opened", "controls", "inputs", "sentence",
        ],
    ]

    /// The redacted record of one line, or `nil` if the line is of no known type.
    package mutating func redact(_ line: [UInt8]) throws(FieldError) -> String? {
        var budget = FieldBudget()
        let node = try JSONReader.read(line, budget: &budget).node
        guard case .object(let members) = node.content, let type = node["type"]?.text, let names = Self.members[type]
        else { return nil }
        var record = JSONLine()
        for member in members {
            if names.contains(member.name) {
                add(member, to: &record)
            } else if type == "difference", case .array(let items) = member.value.content {
                record.add(member.name, items.map { Self.shape($0) })
            }
        }
        return record.text
    }

    private mutating func add(_ member: FieldNode.Member, to record: inout JSONLine) {
        switch (member.name, member.value.content) {
        case ("host", .text(let host)): record.add("host", pseudonym(host))
        case ("path", .text(let path)): record.add("path", Self.withoutIdentifiers(path))
        case ("field", .text(let path)), ("source", .text(let path)): record.add(member.name, Self.withoutNames(path))
        case ("sentence", .text(let text)), ("explanation", .text(let text)):
            record.add(member.name, Self.withoutNames(replaced(text)))
        case ("inputs", .array(let items)): record.add("inputs", items.map { Self.selected($0, ["bytes", "sha256"]) })
        case ("request_body", _), ("response_body", _): record.add(member.name, Self.selected(member.value, ["bytes"]))
        default: record.add(member.name, node: member.value)
        }
    }

    private mutating func pseudonym(_ host: String) -> String {
        if kept.contains(host) { return host }
        let name = hosts[host] ?? "host-\(hosts.count + 1)"
        hosts[host] = name
        return name
    }

    private func replaced(_ text: String) -> String {
        var text = text
        for (host, name) in hosts.sorted(by: { $0.key.utf8.count > $1.key.utf8.count }) {
            text = text.replacing(host, with: name)
        }
        return text
    }

    /// A path of a request with the segments that only name an interface: words of ASCII letters, a version, or an identifier as
    /// `{id}`. Anything else may name a person, a project or a file, and is left out.
    static func withoutIdentifiers(_ path: String) -> String {
        RequestGroup.template(path).split(separator: "/", omittingEmptySubsequences: false).map { segment in
            isInterface(segment) || segment == "{id}" ? String(segment) : "…"
        }.joined(separator: "/")
    }

    /// Whether a segment is a word of 32 letters at most, with separators, or `v` and a number.
    private static func isInterface(_ segment: Substring) -> Bool {
        guard segment.utf8.count <= 32 else { return false }
        let rest = segment.first == "v" ? segment.dropFirst() : segment
        if !rest.isEmpty, rest.utf8.count <= 6, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return segment.first == "v"
        }
        return segment.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F || byte == 0x2D || byte == 0x3A
        }
    }

    /// A path without names that are no plain words: keys of maps may be paths or addresses of a person.
    static func withoutNames(_ path: String) -> String {
        var result = ""
        var isQuoted = false
        var isEscaped = false
        for character in path {
            if isQuoted {
                if character == "\"", !isEscaped {
                    result += "…\""
                    isQuoted = false
                }
                isEscaped = character == "\\" && !isEscaped
            } else {
                result.append(character)
                isQuoted = character == "\""
                isEscaped = false
            }
        }
        return result
    }

    private static func shape(_ node: FieldNode) -> JSONLine { selected(node, ["kind", "length", "codepoints"]) }

    private static func selected(_ node: FieldNode, _ names: Set<String>) -> JSONLine {
        var line = JSONLine()
        guard case .object(let members) = node.content else { return line }
        for member in members where names.contains(member.name) { line.add(member.name, node: member.value) }
        return line
    }
}

extension JSONLine {
    /// Adds a value that was read.
    package mutating func add(_ key: String, node: FieldNode) { raw(key, Self.text(of: node)) }

    private static func text(of node: FieldNode) -> String {
        switch node.content {
        case .object(let members):
            "{" + members.map { quoted($0.name) + ":" + text(of: $0.value) }.joined(separator: ",") + "}"
        case .array(let items): "[" + items.map(text).joined(separator: ",") + "]"
        case .text(let text): quoted(text)
        case .number(let text), .literal(let text): text
        case .bytes(let bytes): quoted(bytes.hexadecimalText)
        case .layer(_, let inner): text(of: inner)
        }
    }
}
