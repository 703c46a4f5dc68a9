public import Text

/// One thing that is wrong with one place of a catalog file.
///
/// Its text is in the manner of compilers, so that editors and people find the place:
/// `rules/vendors/acme.yaml:12:5: error[V010] unknown key 'rol'; did you mean 'role'?`
public struct CatalogError: Error, Equatable, Sendable {
    /// The stable number of a kind of error, `V010`: what documents and tools refer to.
    public enum Code: String, Sendable, CaseIterable {
        /// The text is not YAML.
        case syntax = "V001"
        /// A key occurs twice in one mapping.
        case duplicateKey = "V002"
        /// An anchor or an alias, which catalog files do without.
        case anchor = "V003"
        /// A list where a mapping belongs, a mapping where a text belongs, and the like.
        case shape = "V004"
        /// The file is larger than `VendorFile.maximumBytes`, or nested too deep.
        case limit = "V005"
        /// A file or directory cannot be read.
        case unreadable = "V006"
        /// A directory holds no catalog file.
        case empty = "V007"
        /// A key that means nothing here.
        case unknownKey = "V010"
        /// A key that must be here is missing, or its value is empty.
        case missingKey = "V011"
        /// An id that is no slug.
        case slug = "V012"
        /// A word outside its closed list: a role, scope, confidence or category.
        case unknownWord = "V013"
        /// A country that is not two capital letters.
        case country = "V014"
        /// A date that is not a day of the calendar written as `2026-11-22`.
        case date = "V015"
        /// A host name that is none (RFC 1035 section 2.3.1, RFC 5890 for names beyond ASCII).
        case host = "V020"
        /// A name with letters beyond ASCII, which can look like another name.
        case lookAlike = "V021"
        /// A name so short that it holds other people's domains.
        case tooBroad = "V022"
        /// A wildcard where none can be.
        case wildcard = "V023"
        /// An address block that is none.
        case prefix = "V024"
        /// An entry without, or with more than one of, `exact`, `suffix` and `wildcard`.
        case matchKind = "V025"
        /// A product that the vendor does not have.
        case unknownProduct = "V030"
        /// A source that the file does not name.
        case unknownSource = "V031"
        /// The same name or block twice in one directory.
        case duplicateEntry = "V032"
        /// The same vendor in two files of one directory.
        case duplicateVendor = "V033"
        /// The same product twice in one file.
        case duplicateProduct = "V034"
        /// A shared host under a vendor without the label that is the vendor's own.
        case sharedWithoutLabel = "V035"
        /// A `label` that is no label of the host.
        case label = "V036"
        /// A dedicated host in a file without a vendor.
        case dedicatedWithoutVendor = "V037"
        /// A name below, or equal to, one that another vendor has for itself; found by `check`.
        case contradiction = "V040"
        /// A suffix that holds other people's names; found by `check`.
        case generalDomain = "V041"
        /// A name that differs from another vendor's only in letters that look alike; found by `check`.
        case confusable = "V042"
        /// A vendor in `used_by` that no file describes; found by `check`.
        case unknownVendor = "V043"
        /// A product that no entry has; found by `check`.
        case unusedProduct = "V044"
        /// A JA4 that is none.
        case fingerprint = "V050"
        /// A pattern of JA4 that leaves the cipher suites open.
        case broadFingerprint = "V051"
        /// An expiry no later than the day of the observation.
        case expiry = "V052"
        /// A vendor or product of what is no client, or a product without its vendor.
        case owner = "V053"
        /// The same fingerprint twice in one directory.
        case duplicateFingerprint = "V054"
        /// A fingerprint that is no longer believed; found by `check`.
        case expired = "V055"
        /// An item of a list of `rules/lists` that is not what the list holds.
        case listItem = "V060"
    }

    /// Where it is.
    public var place: SourcePosition
    /// The kind of error.
    public var code: Code
    /// What is wrong, without a full stop.
    public var message: String
    /// The known word nearest to the unknown one, if one is near.
    public var suggestion: String?

    /// An error of all its parts.
    public init(_ code: Code, _ message: String, at place: SourcePosition, suggestion: String? = nil) {
        self.place = place
        self.code = code
        self.message = message
        self.suggestion = suggestion
    }
}

extension CatalogError: CustomStringConvertible {
    /// The error as one line.
    public var description: String {
        let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        return "\(place): error[\(code.rawValue)] \(message)\(hint)".escapedForDisplay(limit: 4_000)
    }
}

/// Everything that is wrong with a catalog: all errors of all files, by file, line and column.
public struct CatalogErrors: Error, Equatable, Sendable {
    /// The errors, at least one.
    public var errors: [CatalogError]

    /// The errors in the order of their places.
    public init(_ errors: [CatalogError]) {
        self.errors = errors.sorted { $0.place < $1.place }
    }
}

extension CatalogErrors: CustomStringConvertible {
    /// A line an error.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
