import Text

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
