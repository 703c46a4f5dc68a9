package import HTTPDecoding

extension AuditReport {
    /// A finding with the request that it is in.
    package typealias Placed = (finding: Finding, exchange: HTTPExchange)

    /// The most rows of one table; the records hold all.
    private static let mostRows = 60

    /// What the findings of one recording or more are, for people: what each kind means, and where each is.
    package static func findings(_ placed: [Placed], display: ValueDisplay) -> [Section] {
        [
            Section(
                title: "Marks in text", sentences: markSentences(placed),
                columns: ["GRADE", "REQUEST", "FIELD", "WHAT"],
                rows: rows(placed, .mark) { finding in finding.explanation }),
            known(placed, display),
            structural(placed, display),
            Section(
                title: "Derived values",
                sentences: [
                    "These values are a function of others. They change if the others do, and no setting explains them."
                ],
                columns: ["REQUEST", "FIELD", "WHAT"],
                rows: rows(placed, .derived) { $0.explanation }.map { Array($0.dropFirst()) }),
        ].filter { !$0.rows.isEmpty || $0.title == "Marks in text" }
    }

    private static func markSentences(_ placed: [Placed]) -> [String] {
        let marks = placed.filter { $0.finding.kind == .mark }
        let signatures = marks.filter { $0.finding.grade == .signature }.count
        if marks.isEmpty {
            return [
                "No text of these requests holds a character or a form that differs from the rest of the same request."
            ]
        }
        var sentences = [
            "\(marks.count) place\(marks.count == 1 ? "" : "s") of these requests differ\(marks.count == 1 ? "s" : "") from the rest "
                + "of the same request in a way that a reader would not see. \(signatures) of them "
                + "\(signatures == 1 ? "is" : "are") of grade signature: such a place has no ordinary explanation, or it is "
                + "consistent with a mark that is documented in public. The others are worth a look and no more."
        ]
        if marks.contains(where: { $0.finding.mark != nil }) {
            sentences.append(
                "A finding shows what was sent. It does not show why, and not who put it there: a relay between the client and the "
                    + "recording may have changed the text.")
        }
        return sentences
    }

    private static func rows(_ placed: [Placed], _ kind: Finding.Kind, _ what: (Finding) -> String) -> [[String]] {
        let chosen = placed.filter { $0.finding.kind == kind }.sorted { left, right in
            (left.finding.grade == .signature ? 0 : 1) < (right.finding.grade == .signature ? 0 : 1)
        }
        var rows = chosen.prefix(mostRows).map { item in
            [
                item.finding.grade.rawValue, place(item.exchange), item.finding.field,
                what(item.finding) + times(item.finding),
            ]
        }
        if chosen.count > mostRows { rows.append(["", "", "", "and \(chosen.count - mostRows) more in the records"]) }
        return rows
    }

    private static func known(_ placed: [Placed], _ display: ValueDisplay) -> Section {
        let chosen = placed.filter { $0.finding.known != nil }
        var rows = chosen.prefix(mostRows).map { item in
            [
                item.finding.known ?? "", place(item.exchange), item.finding.field,
                (item.finding.form ?? "") + times(item.finding),
            ]
        }
        if chosen.count > mostRows { rows.append(["", "", "", "and \(chosen.count - mostRows) more in the records"]) }
        return Section(
            title: "Values that the auditor knows",
            sentences: ["Each of these values, or a form of it, is in the request that is named."],
            columns: ["VALUE", "REQUEST", "FIELD", "FORM"], rows: rows)
    }

    private static func structural(_ placed: [Placed], _ display: ValueDisplay) -> Section {
        let chosen = placed.filter {
            ($0.finding.kind == .environment || $0.finding.kind == .identity) && $0.finding.known == nil
        }
        var rows = chosen.prefix(mostRows).map { item in
            [
                item.finding.category, place(item.exchange), item.finding.field,
                (item.finding.value.map { display.text($0) } ?? "") + times(item.finding),
            ]
        }
        if chosen.count > mostRows { rows.append(["", "", "", "and \(chosen.count - mostRows) more in the records"]) }
        return Section(
            title: "Facts about the machine and the person",
            sentences: [
                "These fields look like such facts by their name or form. Many have a plain purpose, and some may be something else."
            ],
            columns: ["WHAT", "REQUEST", "FIELD", "VALUE"], rows: rows)
    }

    private static func place(_ exchange: HTTPExchange) -> String {
        "\(exchange.number) \(exchange.request.method) \(exchange.request.host)\(exchange.request.path)"
    }

    private static func times(_ finding: Finding) -> String { finding.count > 1 ? " (\(finding.count) times)" : "" }
}
