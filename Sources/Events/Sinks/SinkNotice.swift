/// What a file output found in its directory at the start, for a person: the detail of a `health` or an `audit` event.
public struct SinkNotice: Equatable, Sendable {
    /// What was found; the words of `kind` in events.
    public enum Kind: String, Sendable, CaseIterable {
        /// No earlier file has a valid seal: a new chain begins, which `egret verify` reports.
        case chainRestarted = "chain_restarted"
        /// Files of earlier runs have no seal and are not continued.
        case filesUnsealed = "files_unsealed"
        /// The directory holds a sealed log, and this run has no key.
        case notSealed = "not_sealed"
        /// `current` is no symbolic link.
        case currentKept = "current_kept"
        /// A file's name carries a number that is not used.
        case nameIgnored = "name_ignored"

        /// Whether it says that evidence is missing, which is a matter of health.
        public var isFault: Bool { self == .chainRestarted || self == .notSealed }
    }

    /// What was found.
    public var kind: Kind
    /// In words, with the names of files.
    public var detail: String

    /// A notice of `kind`.
    public init(kind: Kind, detail: String) {
        self.kind = kind
        self.detail = detail
    }
}
