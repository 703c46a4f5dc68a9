/// Why a source cannot be opened or read at all.
///
/// Thrown at start-up, or when a live interface fails; never for a damaged record of a file, which is counted.
public struct CaptureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is, for whoever must act differently on each.
    public enum Kind: Hashable, Sendable {
        /// The file cannot be opened or read.
        case unreadable
        /// The file is no capture that can be read.
        case unknownFormat
        /// The filter does not compile.
        case badFilter
        /// The process may not capture.
        case notPermitted
        /// There is no such interface.
        case noSuchInterface
        /// The interface failed, or cannot be captured from.
        case interfaceFailed
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// One sentence for a person: the file, interface or filter first, then what is wrong and what would be right.
    public let description: String

    /// A fault of all its parts.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
