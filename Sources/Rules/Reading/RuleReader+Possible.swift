import Bytes
import Protocols
import Text
import Vendors

/// What can never match, and what was probably meant. A rule that waits for such a value looks right and never says anything.
extension RuleReader {
    /// What is wrong with a value.
    struct Problem {
        var message: String
        var suggestion: String?
    }

    /// Whether `field` can ever be `text`, as a condition asks for it; if not, that is reported.
    mutating func canBe(_ text: String, at position: SourcePosition, of field: Field) -> Bool {
        guard let problem = problem(with: text, of: field) else {
            warn(text, at: position, of: field)
            return true
        }
        report.error(.fieldValue, at: position, problem.message, suggestion: problem.suggestion)
        return false
    }

    /// Why `field` can never be `text`; `nil` if it can.
    func problem(with text: String, of field: Field) -> Problem? {
        if let found = InvisibleText.first(in: text), field.type.isText {
            let plain = field.isHostName ? HostText.nearest(to: text) : InvisibleText.removed(from: text)
            return Problem(message: "'\(text)' holds \(found), which no \(field.name) has", suggestion: plain)
        }
        if let bounds = field.bounds, let number = Int64(text), !bounds.contains(number) {
            let range = "\(bounds.lowerBound) to \(bounds.upperBound)"
            return Problem(message: "\(field.name) is never \(number); it is \(range)")
        }
        if let words = vocabulary[field.name], !words.contains(text) { return unknown(text, of: field, words) }
        if let words = field.words, !words.contains(text) {
            return Problem(
                message: "\(field.name) is never '\(text)'; one of: \(words.joined(separator: ", "))",
                suggestion: ValueWords.nearest(to: text, of: field, among: words))
        }
        if let problem = Self.formProblem(text, of: field) { return problem }
        switch field.name {
        case "dst.domain": return domainProblem(text)
        case "tls.ja4": return Self.digestProblem(text, of: field) { (try? JA4Pattern($0))?.isExact == true }
        case "tls.ja3":
            return Self.digestProblem(text, of: field) { $0.utf8.count == 32 && $0.utf8.allSatisfy(Self.isHexadecimal) }
        default: return nil
        }
    }

    /// A word that the catalog does not have.
    private func unknown(_ text: String, of field: Field, _ words: Set<String>) -> Problem? {
        let message = "the catalog has no \(field.name) '\(text)'"
        switch field.name {
        case "ai.country" where Countries.codes.contains(text): return nil
        case "ai.country":
            let code = Countries.code(of: text)
            let known = code == nil ? "two capital letters of ISO 3166-1" : "the code of a country"
            return Problem(message: "\(field.name) is never '\(text)'; it is \(known)", suggestion: code)
        case "ai.vendor", "ai.product":
            let isVendor = field.name == "ai.vendor"
            let isNear =
                isVendor ? words.contains(text.lowercased()) : Spelling.nearest(to: text, among: words) != nil
            let hint =
                vocabulary.owners(of: text, isVendor: isVendor)
                ?? (isNear ? nil : vocabulary.relatedProducts(to: text, isVendor: isVendor))
            if let hint { return Problem(message: "\(message): \(hint)") }
        case "ai.client":
            if let versions = vocabulary.versions(of: text) {
                return Problem(
                    message: "\(message); write {glob: \"\(versions.name) *\"} for any version",
                    suggestion: versions.nearest)
            }
        default: break
        }
        return Problem(message: message, suggestion: Spelling.nearest(to: text, among: words.sorted()))
    }

    /// A domain is registrable or never the registrable domain of anything.
    private func domainProblem(_ text: String) -> Problem? {
        guard let registrable = vocabulary.registrableDomain, let host = HostText.normalised(text) else { return nil }
        guard let domain = registrable(host) else {
            return Problem(message: "dst.domain is never '\(text)', which is no name that anyone can register")
        }
        guard domain != host else { return nil }
        return Problem(
            message:
                "dst.domain is never '\(text)', whose registrable domain is \(domain); write dst.host for one host",
            suggestion: domain)
    }

    /// Fingerprints have one form, in lower case.
    private static func digestProblem(_ text: String, of field: Field, isForm: (String) -> Bool) -> Problem? {
        if isForm(text) { return nil }
        let form =
            field.name == "tls.ja4" ? "t13d1516h2_8daaf6152771_d8a2da3f94cd" : "32 hexadecimal digits in lower case"
        let lower = text.lowercased()
        return Problem(
            message: "\(field.name) is never '\(text)'; it has the form of \(form)",
            suggestion: isForm(lower) ? lower : nil)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// Says what is possible but hardly meant.
    private mutating func warn(_ text: String, at position: SourcePosition, of field: Field) {
        switch field.name {
        case "ai.country":
            guard let known = vocabulary["ai.country"], !known.contains(text) else { return }
            report.warn(.fieldValue, at: position, "no vendor of the catalog is of the country '\(text)'")
        case "http.method":
            guard !HTTPFacts.methods.contains(text) else { return }
            let nearest = HTTPFacts.methods.contains(text.uppercased()) ? text.uppercased() : nil
            report.warn(
                .fieldValue, at: position,
                "methods are compared as they are sent, and '\(text)' is none that servers know",
                suggestion: nearest ?? Spelling.nearest(to: text, among: HTTPFacts.methods))
        case "tls.alpn":
            guard let known = ValueWords.protocols[text.lowercased()], known != text else { return }
            report.warn(
                .fieldValue, at: position, "clients offer '\(known)', and hardly ever '\(text)'", suggestion: known)
        case "src.group":
            guard let groups = vocabulary.groups, !groups.contains(text) else { return }
            report.warn(
                .fieldValue, at: position, "the file of groups has no group '\(text)'",
                suggestion: Spelling.nearest(to: text, among: groups.sorted()))
        default: return
        }
    }

    /// The address block of `text`; one whose address has bits past its length is reported, since two blocks could be meant.
    mutating func block(
        _ text: String, shown: String? = nil, at position: SourcePosition, code: DiagnosticCode, context: String = ""
    ) -> AddressPrefix? {
        guard let prefix = AddressPrefix(text) else {
            report.error(
                code, at: position, "\(shown ?? "'\(text)'")\(context) is no address block such as 10.0.0.0/8",
                suggestion: shown == nil ? Self.block(ofWildcard: text) : nil)
            return nil
        }
        guard text.contains("/"), let address = IPAddress(text.prefix { $0 != "/" }), address != prefix.address else {
            return prefix
        }
        guard shown == nil else {
            report.error(code, at: position, "\(shown ?? "")\(context) has bits past its length")
            return nil
        }
        report.error(
            code, at: position,
            "'\(text)'\(context) has bits past its length; write \(prefix), or \(address) for the one address",
            suggestion: prefix.description)
        return nil
    }

    /// `10.0.*` as a block.
    static func block(ofWildcard text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.prefix { UInt8($0) != nil }
        guard (1...3).contains(numbers.count), parts.count <= 4, !parts.dropFirst(numbers.count).isEmpty,
            parts.dropFirst(numbers.count).allSatisfy({ $0 == "*" })
        else { return nil }
        let zeros = Array(repeating: "0", count: 4 - numbers.count)
        return (numbers.map(String.init) + zeros).joined(separator: ".") + "/\(8 * numbers.count)"
    }
}

extension FieldType {
    /// Whether its values are text.
    var isText: Bool {
        switch self {
        case .string, .hostname, .enumeration: true
        default: false
        }
    }
}
