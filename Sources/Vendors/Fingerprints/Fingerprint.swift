public import Bytes
public import Text

/// What one client's TLS or QUIC hello looks like, which software sends it, and until when that is believed.
public struct Fingerprint: Equatable, Sendable {
    /// What the software is to a monitor of AI traffic.
    public enum Kind: String, Sendable, CaseIterable {
        /// A client of AI models: a coding agent, an assistant's own program.
        case client
        /// A browser, or a program built on one.
        case browser
        /// A library or tool that programs of all kinds make requests with.
        case library
    }

    /// How a client of models has them answer.
    public enum Answers: String, Sendable, CaseIterable {
        /// Streamed or whole.
        case any
        /// Always streamed: what is answered whole is no model's answer.
        case streamed
    }

    /// The fingerprint, or the family of them.
    public var ja4: JA4Pattern
    /// What the software is.
    public var kind: Kind
    /// The software with its version, for people: `Claude Code 2.1.330`.
    public var software: String
    /// The vendor's id; of a client alone, and of one that is someone's.
    public var vendor: String?
    /// The product's id.
    public var product: String?
    /// Whether no other software is known to send the same.
    public var scope: Scope
    /// What else sends the same, for people.
    public var sharedWith: String?
    /// How the software has models answer.
    public var answers = Answers.any
    /// Where it was read or recorded, at least one.
    public var sources: [String]
    /// When it was last seen to be true, `2026-11-22`.
    public var date: String
    /// The day from which on it is no longer believed: clients change their hello with a release.
    public var expires: String
    /// The first instant of that day in UTC.
    var expiry: Timestamp
    /// A remark for people.
    public var note: String?
    /// Where it is.
    public var place: SourcePosition
    /// Where its vendor and its product are.
    var vendorPlace: SourcePosition?
    var productPlace: SourcePosition?

    /// Takes away the vendor that `catalog` does not have, or the product.
    mutating func disown(whereUnknownIn catalog: Catalog) {
        let products = vendor.flatMap { catalog.vendors[$0] }?.products
        if products == nil { vendor = nil }
        if let product, products?.contains(where: { $0.id == product }) != true { self.product = nil }
    }

    /// Whether it is believed on `day`, written as `2026-11-22`.
    public func isValid(on day: String) -> Bool { day < expires }

    /// Whether it is believed at `time`.
    public func isValid(at time: Timestamp) -> Bool { time < expiry }
}
