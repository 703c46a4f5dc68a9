import Text

/// Why a bundle is not installed: the guarantee that it would have violated.
public struct BundleError: Error, Equatable, Sendable {
    /// The kind of fault: the word in audit events.
    public enum Reason: String, Sendable, CaseIterable {
        /// The bundle, or a part of it, cannot be read or downloaded.
        case unreadable
        /// The archive is no plain tar, is cut, or holds what a bundle may not hold.
        case archive
        /// More files or bytes than a bundle may have.
        case limit
        /// The signature is missing, malformed, or does not match.
        case signature
        /// The signature was made by a key that is not trusted here.
        case unknownKey = "unknown_key"
        /// The manifest is malformed.
        case manifest
        /// Files are missing, extra, or differ from the manifest.
        case mixed
        /// The serial is not above the highest that was installed here.
        case rollback
        /// The bundle has expired, or was made in the future.
        case expired
        /// The bundle needs a newer egret.
        case version
        /// The catalog in it has errors or findings.
        case check
        /// The operator's rules do not load with it, or their tests fail.
        case rules
        /// The store cannot be written, or is damaged.
        case store
    }

    /// The kind of fault.
    public var reason: Reason
    /// What is wrong and what would be right, without a full stop.
    public var message: String

    /// A fault of `reason`.
    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

extension BundleError: CustomStringConvertible {
    /// The fault as one line: `error[rollback] …`.
    public var description: String { "error[\(reason.rawValue)] \(message)" }
}

extension String {
    /// The text for messages: short, and without terminal control sequences.
    var escapedForBundle: String { escapedForDisplay(limit: 200) }
}
