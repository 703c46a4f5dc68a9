package import HTTPDecoding

/// A file that a result rests on.
package struct AuditSource: Sendable, Equatable {
    /// The name of the file, without its directory.
    package var name: String
    /// The number of bytes.
    package var bytes: Int
    /// The SHA-256 of the file, in lower-case hexadecimal digits.
    package var sha256: String

    /// Creates an input.
    package init(name: String, bytes: Int, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
    }

    /// The record of the file.
    package var line: JSONLine {
        var line = JSONLine()
        line.add("name", name)
        line.add("bytes", bytes)
        line.add("sha256", sha256)
        return line
    }
}

/// The records that findings and comparisons are written as; `docs/schema/audit.schema.json` describes them.
package struct FindingRecords: Sendable {
    private let display: ValueDisplay

    /// Records with values shown by `display`.
    package init(display: ValueDisplay) { self.display = display }

    /// The record of a finding. `capture` is the name of the file.
    package func line(_ finding: Finding, in exchange: HTTPExchange, capture: AuditSource) -> JSONLine {
        var line = JSONLine()
        line.add("type", "finding")
        line.add("kind", finding.kind.rawValue)
        line.add("grade", finding.grade.rawValue)
        line.add("category", finding.category)
        line.add("request", exchange.number)
        line.add("connection", "\(exchange.connection.client)-\(exchange.connection.server)")
        line.add("capture", capture.name)
        line.add("capture_sha256", capture.sha256)
        line.add("packet", exchange.packet)
        line.add("leg", leg(exchange))
        line.add("field", finding.field)
        line.add("offset", finding.offset)
        line.add("codepoint", finding.codePoint?.codePointText)
        line.add("expected", finding.expected?.codePointText)
        line.add("known", finding.known)
        line.add("form", finding.form)
        line.add("mark", finding.mark)
        line.add("source", finding.source)
        line.add("count", finding.count)
        line.add("explanation", finding.explanation)
        if let value = finding.value { line.add("value", display.object(value)) }
        return line
    }

    /// Which leg was recorded: a relay may send something else on.
    private func leg(_ exchange: HTTPExchange) -> JSONLine {
        var line = JSONLine()
        line.add("from", exchange.connection.client)
        line.add("to", exchange.connection.server)
        line.add("host", exchange.request.host)
        return line
    }

    /// The records of a comparison: one for each difference, and the result.
    package func lines(_ comparison: Comparison, inputs: [AuditSource]) -> [JSONLine] {
        var lines = comparison.differences.map { difference in
            var line = JSONLine()
            line.add("type", "difference")
            line.add("method", difference.method)
            line.add("host", difference.host)
            line.add("path", difference.path)
            line.add("field", difference.field)
            if !difference.slots.isEmpty { line.add("slots", difference.slots) }
            for (index, values) in difference.values.enumerated() {
                line.add(Self.settingKey(index), values.map { display.object($0) })
            }
            line.add("p", probability: difference.p)
            line.add("p_family", probability: difference.familyP)
            return line
        }
        lines.append(result(comparison, inputs))
        return lines
    }

    /// `a`, `b` and so on to `o`; from the 16th setting on `s16`, since `p` is the probability.
    package static func settingKey(_ index: Int) -> String {
        guard (0..<15).contains(index) else { return "s\(index + 1)" }
        return String(Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(truncatingIfNeeded: index))))
    }

    private func result(_ comparison: Comparison, _ inputs: [AuditSource]) -> JSONLine {
        var line = JSONLine()
        line.add("type", "comparison")
        line.add("settings", comparison.settings)
        line.add("runs", comparison.runs)
        line.add("fields", comparison.fields)
        var classes = JSONLine()
        for (name, count) in comparison.classes.sorted(by: { $0.key < $1.key }) { classes.add(name, count) }
        line.add("classes", classes)
        line.add("varying", comparison.varying)
        line.add("separating", comparison.differences.count)
        line.add("family", comparison.family)
        line.add("relabelings", comparison.relabelings)
        line.add("exact", comparison.isExact)
        line.add("p_min", probability: comparison.leastP)
        if let least = comparison.differences.map(\.familyP).min() { line.add("p_family", probability: least) }
        line.add("connections_not_opened", comparison.unopened)
        line.add("controls", comparison.controls.map(control))
        line.add("warnings", comparison.warnings)
        line.add("inputs", inputs.map(\.line))
        line.add("sentence", comparison.sentence)
        return line
    }

    private func control(_ control: Comparison.Control) -> JSONLine {
        var line = JSONLine()
        line.add("setting", control.setting)
        line.add("halves", control.runs)
        line.add("separating", control.separating)
        return line
    }
}
