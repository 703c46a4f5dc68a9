import Flows
import Protocols
import Text

/// Values whose form alone shows that a field never has them.
extension RuleReader {
    /// Why `field`, whose values have a form of their own, can never be `text`; `nil` if it can.
    static func formProblem(_ text: String, of field: Field) -> Problem? {
        switch field.name {
        case "quic.version": versionProblem(text, of: field)
        case "dns.qtype": typeProblem(text, of: field)
        case "net.tunnel": tunnelProblem(text, of: field)
        case "http.path": pathProblem(text)
        case "http.method": methodProblem(text)
        case "net.iface", "src.group", "sensor.id", "tls.alpn": emptyProblem(text, of: field)
        default: nil
        }
    }

    private static func emptyProblem(_ text: String, of field: Field) -> Problem? {
        guard text.isEmpty else { return nil }
        return Problem(message: "\(field.name) is never empty; write {exists: false} for a flow without one")
    }

    private static func versionProblem(_ text: String, of field: Field) -> Problem? {
        let plain = text.lowercased()
        let read = [text, plain, text.uppercased(), "draft-" + plain.drop { !$0.isNumber }].lazy
            .compactMap { QUICVersion(word: $0) }.first
        if let version = QUICVersion(word: text), version.description == text { return nil }
        // "Q46" and "draft29" have a word of their own; a number of up to three digits may be a draft's.
        let google = text.count == 3 ? QUICVersion(word: "\(text.prefix(1).uppercased())0\(text.dropFirst())") : nil
        let nearest =
            google?.description ?? ValueWords.nearest(to: text, of: field, among: ["1", "2"]) ?? read?.description
        return Problem(
            message:
                "quic.version is never '\(text)'; it is 1, 2, draft-29, Q046, or 0x and eight digits such as 0xfaceb002",
            suggestion: nearest)
    }

    private static func typeProblem(_ text: String, of field: Field) -> Problem? {
        let upper = text.uppercased()
        let number = UInt16(
            upper.hasPrefix("TYPE") ? upper.dropFirst(4).drop { $0 == " " || $0 == "-" } : Substring(upper))
        if let number {
            let name = DNSType(rawValue: number).name
            guard name != text else { return nil }
            return Problem(message: "dns.qtype is never '\(text)': the type has the word \(name)", suggestion: name)
        }
        guard !DNSType.names.contains(text) else { return nil }
        return Problem(
            message:
                "dns.qtype is never '\(text)'; one of: \(DNSType.names.joined(separator: ", ")), or TYPE731 by its number",
            suggestion: ValueWords.nearest(to: text, of: field, among: DNSType.names))
    }

    /// An encapsulation, with the id that the innermost one may have: `vxlan`, `vxlan:100`.
    private static func tunnelProblem(_ text: String, of field: Field) -> Problem? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let (word, id) = (String(parts[0]), parts.count > 1 ? parts[1] : nil)
        let words = FlowSnapshot.tunnelWords
        if words.contains(word), id.map({ UInt32($0).map { $0 > 0 } ?? false }) ?? true { return nil }
        let nearest = words.contains(word) ? word : ValueWords.nearest(to: word, of: field, among: words)
        return Problem(
            message:
                "net.tunnel is never '\(text)'; one of: \(words.joined(separator: ", ")), with an id as in vxlan:100",
            suggestion: nearest.map { found in id.flatMap { UInt32($0) }.map { "\(found):\($0)" } ?? found })
    }

    private static func pathProblem(_ text: String) -> Problem? {
        if text.isEmpty || text == "*" { return nil }
        var path = Substring(text)
        if let scheme = path.firstRange(of: "://") { path = path[scheme.upperBound...].drop { $0 != "/" } }
        let absolute = path.hasPrefix("/") ? String(path) : "/" + path
        let kept = HTTPFacts.keptPath(of: absolute)
        guard kept != text else { return nil }
        return Problem(
            message:
                "http.path is never '\(text)': it begins with '/', has no query, at most 256 bytes, and '*' in place of the name of a model",
            suggestion: kept)
    }

    private static func methodProblem(_ text: String) -> Problem? {
        let isToken = !text.isEmpty && text.utf8.allSatisfy { isTokenByte($0) }
        guard !isToken else { return nil }
        let plain = String(text.filter { $0.isLetter || $0 == "-" || $0 == "_" }).uppercased()
        return Problem(
            message: "http.method is never '\(text)', which is no method",
            suggestion: HTTPFacts.methods.contains(plain) ? plain : nil)
    }

    /// The bytes of a token (RFC 9110 section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
