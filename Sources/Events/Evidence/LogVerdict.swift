/// What a verifier found of a directory of log files.
public struct LogVerdict: Equatable, Sendable, Codable {
    /// One thing that was found.
    public struct Finding: Equatable, Sendable, Codable {
        /// What it is.
        public enum Kind: String, Sendable, Codable {
            /// Lines were changed.
            case changed
            /// Lines are gone.
            case removed
            /// Lines are there that were never written.
            case inserted
            /// The lines are those that were written, in another order.
            case reordered
            /// Lines differ in a way that is none of these.
            case different
            /// A file is gone.
            case missing
            /// A file of lines has nothing beside it that vouches for it.
            case unproven
            /// What lies beside the file cannot be read, or contradicts itself.
            case damaged
            /// A file does not go on where the one before it ended.
            case broken
            /// A signature is not that of the key.
            case forged
            /// The signatures are of another key than the one that is trusted.
            case untrusted
            /// Older files were removed by the sensor itself, within its limits.
            case expired
            /// The file has no signature of its own: it is still written, or the run was ended by force.
            case unsealed
            /// Lines at the end of a run that was ended by force, or that is writing now, which nothing vouches for.
            case open
        }

        /// What it is.
        public var kind: Kind
        /// The file's name.
        public var file: String
        /// The first line that is concerned, from 1.
        public var firstLine: Int?
        /// The last line that is concerned.
        public var lastLine: Int?
        /// In words.
        public var detail: String

        /// Whether the log is not what was written; otherwise it is only worth knowing.
        public var isFault: Bool {
            switch kind {
            case .expired, .unsealed, .open: false
            default: true
            }
        }
    }

    /// A file that was looked at.
    public struct File: Equatable, Sendable, Codable {
        /// Its name.
        public var name: String
        /// The lines that are vouched for.
        public var lines: Int
        /// Whether a signature stands at its end.
        public var isSealed: Bool
    }

    /// The files in the order in which they were written.
    public var files: [File] = []
    /// What was found, by file.
    public var findings: [Finding] = []
    /// The public keys that signed, in hexadecimal digits.
    public var keys: [String] = []
    /// The value of the chain at its end: noted elsewhere, it shows later that nothing was cut off.
    public var head: String?

    /// Whether nothing was found that is a fault.
    public var isIntact: Bool { !findings.contains(where: \.isFault) }

    /// For people: a line a finding, and what holds.
    public var text: String {
        var lines = findings.map { finding in
            "\(finding.isFault ? "FAULT" : "note ") \(finding.file)\(finding.place): \(finding.detail)"
        }
        let count = files.reduce(0) { $0 + $1.lines }
        let sealed = files.count(where: \.isSealed)
        lines.append("\(files.count) files, \(sealed) sealed, \(count) lines vouched for")
        for key in keys { lines.append("key  \(key)") }
        if let head { lines.append("head \(head)") }
        lines.append(isIntact ? "intact: no line was lost, changed or moved" : "NOT INTACT")
        return lines.joined(separator: "\n")
    }
}

extension LogVerdict.Finding {
    /// `:12`, or `:12-15`; nothing where no line is told.
    fileprivate var place: String {
        guard let firstLine else { return "" }
        guard let lastLine, lastLine > firstLine else { return ":\(firstLine)" }
        return ":\(firstLine)-\(lastLine)"
    }
}
