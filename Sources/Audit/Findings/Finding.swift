/// Something in a request that an auditor wants to know, with the place where it is.
package struct Finding: Sendable {
    /// What a finding is about.
    package enum Kind: String, Sendable, CaseIterable {
        /// A text that holds a character or a form that another text of the same program does not.
        case mark
        /// A fact about the machine, such as its time zone.
        case environment
        /// A fact that names a person, a device, an organization or a project.
        case identity
        /// A value that is a function of other values of the request.
        case derived
    }

    /// How far a finding goes.
    package enum Grade: String, Sendable {
        /// It has no honest use, or it matches a documented mark.
        case signature
        /// It is worth a look.
        case anomaly
    }

    /// What the finding is about.
    package var kind: Kind
    /// How far it goes.
    package var grade: Grade
    /// The channel or the category: `apostrophe`, `time_zone`, `sha256`.
    package var category: String
    /// The path of the field.
    package var field: String
    /// The offset in bytes: for a text, of the place in it; otherwise of the field in its part of the request.
    package var offset: Int
    /// The character that the finding is about.
    package var codePoint: Unicode.Scalar?
    /// The character that the rest of the text has in its place.
    package var expected: Unicode.Scalar?
    /// The name of the auditor's value that was found.
    package var known: String?
    /// The form in which it was found.
    package var form: String?
    /// The name of the documented mark that this is consistent with.
    package var mark: String?
    /// The number of places with the same finding in the same request; the first one is named.
    package var count = 1
    /// What was found, in one sentence without values of the request.
    package var explanation: String
    /// The value, which is shown only if that was asked for.
    package var value: FieldValue?
    /// The other field that a derived value is a function of.
    package var source: String?

    /// Creates a finding.
    package init(
        _ kind: Kind, _ grade: Grade, category: String, field: String, offset: Int, explanation: String,
        value: FieldValue? = nil
    ) {
        self.kind = kind
        self.grade = grade
        self.category = category
        self.field = field
        self.offset = offset
        self.explanation = explanation
        self.value = value
    }
}

/// Findings of one request, in which the same finding at many places is one.
struct FindingCollection {
    /// The most findings that are kept of one request.
    static let most = 20_000

    private var index: [Key: Int] = [:]
    /// The findings, in the order of their first place.
    private(set) var findings: [Finding] = []
    /// The number of findings that had no room.
    private(set) var dropped = 0

    private struct Key: Hashable {
        var kind: Finding.Kind
        var category: String
        var path: String
        var codePoint: Unicode.Scalar?
        var known: String?
        var form: String?
        var mark: String?
        var value: FieldValue?
    }

    /// Adds a finding, or counts it if the same one is at another position of the same array.
    mutating func add(_ finding: Finding) {
        let key = Key(
            kind: finding.kind, category: finding.category, path: FieldPath.withoutPositions(finding.field),
            codePoint: finding.codePoint, known: finding.known, form: finding.form, mark: finding.mark,
            value: finding.kind == .mark ? nil : finding.value)
        if let position = index[key] {
            findings[position].count += finding.count
        } else if findings.count < Self.most {
            index[key] = findings.count
            findings.append(finding)
        } else {
            dropped += 1
        }
    }
}
