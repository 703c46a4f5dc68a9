import Text

/// What a verifier found of a directory of log files.
public struct LogVerdict: Equatable, Sendable, Codable {
    /// One thing that was found.
    public struct Finding: Equatable, Sendable, Codable {
        /// What it is; the words of `kind` in JSON. docs/EVIDENCE.md explains each.
        public enum Kind: String, Sendable, Codable, CaseIterable {
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
            /// A log file is gone, and its chain file is there.
            case missingLog = "missing_log"
            /// A log file has no chain file.
            case missingChain = "missing_chain"
            /// A log file and its chain file are gone.
            case missingFile = "missing_file"
            /// A head that was noted elsewhere is nowhere in the log.
            case missingHead = "missing_head"
            /// A chain file cannot be read, or contradicts itself, its log or a sealed file.
            case damaged
            /// A file has another name than when it was written.
            case renamed
            /// A file does not continue where the one before it ended, or continues one of another sensor.
            case brokenLink = "broken_link"
            /// Two sealed files continue the same one.
            case fork
            /// A file has no seal although it is not the end of its run, or of the chain.
            case unsealed
            /// A chain of a sensor that has another already.
            case secondRoot = "second_root"
            /// A seal was not signed by the key that its file names.
            case forged
            /// A file names a key that is not trusted.
            case untrusted
            /// Files of one sensor name different keys, and none was given to trust.
            case mixedKeys = "mixed_keys"
            /// Older files were removed by the sensor itself, within its limits, as a sealed file states.
            case expired
            /// The sensor began a new chain because its key was changed.
            case restarted
            /// The file has no seal: it is still written, or the run was killed.
            case openFile = "open_file"
            /// Lines at the end of such a file that no record counts.
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
            case .expired, .restarted, .openFile, .open: false
            default: true
            }
        }
    }

    /// A log file that was looked at.
    public struct File: Equatable, Sendable, Codable {
        /// Its name.
        public var name: String
        /// Its whole lines.
        public var lines: Int
        /// Those of them that a valid seal covers.
        public var sealedLines: Int
        /// Whether it has a valid seal.
        public var isSealed: Bool
    }

    /// The files in the order in which they were written, sensor by sensor.
    public var files: [File] = []
    /// What was found, by file.
    public var findings: [Finding] = []
    /// The public keys that the files name, in hexadecimal digits.
    public var keys: [String] = []
    /// The chain at the end of the newest sealed file of each sensor: noted elsewhere, it shows later that nothing was cut off.
    public var heads: [String] = []
    /// The anchors that were found in the log.
    public var anchors = 0
    /// The anchors of files that the sensor has removed since.
    public var expiredAnchors = 0

    /// The last of `heads`; `nil` if nothing is sealed.
    public var head: String? { heads.last }
    /// The lines that a valid seal covers.
    public var sealedLines: Int { files.reduce(0) { $0 + $1.sealedLines } }
    /// The lines that none covers.
    public var unsealedLines: Int { files.reduce(0) { $0 + $1.lines - $1.sealedLines } }
    /// Whether no fault was found.
    public var isIntact: Bool { !findings.contains(where: \.isFault) }
}

extension LogVerdict {
    /// For people: a line a finding, what is covered by a seal and what is not, and the verdict. Names are escaped.
    public var text: String {
        var lines = findings.map { finding -> String in
            let mark = finding.isFault ? "FAULT" : "note "
            let words = "\(mark) [\(finding.kind.rawValue)] \(finding.file)\(finding.place): \(finding.detail)"
            return words.escapedForDisplay()
        }
        let sealed = files.count(where: \.isSealed)
        lines.append("\(files.count) files, \(sealed) sealed")
        lines.append("\(sealedLines) lines are covered by a seal, \(unsealedLines) are not")
        if anchors + expiredAnchors > 0 {
            lines.append("\(anchors) anchors found, \(expiredAnchors) of files that the sensor removed since")
        }
        for key in keys { lines.append("key  \(key.escapedForDisplay(limit: 64))") }
        for head in heads { lines.append("head \(head)") }
        lines.append(conclusion)
        return lines.joined(separator: "\n")
    }

    private var conclusion: String {
        guard isIntact else { return "NOT INTACT" }
        guard sealedLines > 0 else { return "NOTHING IS SEALED: no line of this log is proven" }
        guard unsealedLines == 0 else {
            return
                "intact: no line that a seal covers was lost, changed or moved; \(unsealedLines) lines are not proven"
        }
        return "intact: no line was lost, changed or moved"
    }
}

extension LogVerdict.Finding {
    /// `:12`, or `:12-15`; empty if no line is told.
    fileprivate var place: String {
        guard let firstLine else { return "" }
        guard let lastLine, lastLine > firstLine else { return ":\(firstLine)" }
        return ":\(firstLine)-\(lastLine)"
    }
}
