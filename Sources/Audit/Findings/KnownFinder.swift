import ByteScanning
import Bytes

/// Finds the auditor's values in the fields of requests, in every form of `KnownForms`.
package struct KnownFinder: Sendable {
    private let values: KnownValues
    private let patterns: [KnownForms.Pattern]
    private let machine: AhoCorasick

    /// A finder of `values`.
    package init(_ values: KnownValues) {
        self.values = values
        patterns = KnownForms(values).patterns
        machine = AhoCorasick(patterns.map(\.bytes))
    }

    /// Adds what is found in `field` to `findings`.
    func search(_ field: Field, into findings: inout FindingCollection) {
        // The host that a request is sent to is in every request to it, and says nothing.
        if field.path == "header.host" { return }
        field.value.withBytes { search($0, of: field, into: &findings) }
    }

    private func search(_ bytes: RawSpan, of field: Field, into findings: inout FindingCollection) {
        var found: [Int: AhoCorasick.Hit] = [:]
        machine.forEachHit(in: bytes) { hit in
            guard found.count < 256, holds(hit, in: bytes) else { return }
            let value = patterns[hit.pattern].value
            // One hit a value and field: the plainest form, and of the same form the longest.
            if let other = found[value], !isBetter(hit, than: other) { return }
            found[value] = hit
        }
        for (value, hit) in found.sorted(by: { $0.key < $1.key }) {
            findings.add(finding(values.values[value].name, hit, field, bytes))
        }
    }

    private func isBetter(_ hit: AhoCorasick.Hit, than other: AhoCorasick.Hit) -> Bool {
        hit.pattern == other.pattern ? false : hit.range.count > other.range.count
    }

    private func finding(_ name: String, _ hit: AhoCorasick.Hit, _ field: Field, _ bytes: RawSpan) -> Finding {
        let pattern = patterns[hit.pattern]
        var form = pattern.form
        var range = hit.range
        if case .digest(let digits) = pattern.boundary {
            let count = digestLength(hit, in: bytes, digits)
            range = hit.range.lowerBound..<(hit.range.lowerBound + count)
            if count < digits.count { form = "first \(count) hexadecimal digits of \(form)" }
        }
        let kind: Finding.Kind = KnownFinder.environmentNames.contains(name) ? .environment : .identity
        var finding = Finding(
            kind, .anomaly, category: name, field: field.path, offset: range.lowerBound,
            explanation: "holds the auditor's \(name): \(form)",
            value: .text(bytes.text(range)))
        finding.known = name
        finding.form = form
        return finding
    }

    /// The names of values that are facts about a machine and not about a person, device or organization.
    private static let environmentNames: Set<String> = [
        "time_zone", "timezone", "locale", "language", "os", "operating_system", "architecture", "terminal", "shell",
        "base_url", "proxy", "ci",
    ]

    private func holds(_ hit: AhoCorasick.Hit, in bytes: RawSpan) -> Bool {
        let pattern = patterns[hit.pattern]
        let before = bytes.byte(at: hit.range.lowerBound - 1)
        let after = bytes.byte(at: hit.range.upperBound)
        if pattern.isExact, !bytes.clamped(hit.range).hasSameBytes(as: pattern.bytes.rawSpan) { return false }
        switch pattern.boundary {
        case .none: return true
        case .word: return before?.isASCIIWord != true && after?.isASCIIWord != true
        case .whole: return before == nil && after == nil
        case .decimal: return before.map(isDigit) != true && after.map(isDigit) != true
        case .digest(let digits):
            guard before?.hexadecimalDigit == nil else { return false }
            let end = hit.range.lowerBound + digestLength(hit, in: bytes, digits)
            // What continues with other digits is another number, unless that much of it agrees.
            return bytes.byte(at: end)?.hexadecimalDigit == nil || end - hit.range.lowerBound >= 16
        }
    }

    private func digestLength(_ hit: AhoCorasick.Hit, in bytes: RawSpan, _ digits: [UInt8]) -> Int {
        var count = hit.range.count
        while count < digits.count, bytes.byte(at: hit.range.lowerBound + count)?.lowercasedASCII == digits[count] {
            count += 1
        }
        return count
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
