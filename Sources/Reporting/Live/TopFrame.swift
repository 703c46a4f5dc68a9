import Bytes
import Rules
import Text

/// One frame of `egret top`: a snapshot as lines of text, none wider than the terminal.
public struct TopFrame: Sendable {
    private let snapshot: LiveSnapshot
    private let view: TopView
    private let width: Int
    private let height: Int?
    private let isColored: Bool

    /// The frame of `snapshot` for a terminal of `width` columns, 40 to 200, and `height` rows; as many rows as it needs if that is
    /// `nil`.
    public init(_ snapshot: LiveSnapshot, view: TopView, width: Int, height: Int? = nil, isColored: Bool = false) {
        self.snapshot = snapshot
        self.view = view
        self.width = min(200, max(40, width))
        self.height = height
        self.isColored = isColored
    }

    /// The lines, without line feeds; `notice` is what a person must know first, as that the sensor does not answer.
    public func lines(notice: String? = nil) -> [String] {
        var lines = head.map { cut($0) }
        if let notice { lines.append(painted(cut(notice), "31")) }
        for reason in snapshot.health.reasons.prefix(height == nil ? 32 : 3) {
            lines.append(painted(cut(reason.joined(separator: "  ")), "31"))
        }
        if view.showsHelp { return lines + [""] + Self.help.map { cut($0) } }
        let alerts = alertLines
        let footer = height == nil ? [] : [painted(cut(keys), "2")]
        // Half of what is left is for products, the rest for sources.
        let room = height.map { max(0, $0 - lines.count - alerts.count - footer.count) }
        let products = productLines(room: room.map { max(3, ($0 + 1) / 2) })
        lines += products
        lines += sourceLines(room: room.map { max(0, $0 - products.count) })
        lines += alerts
        guard let height else { return lines }
        lines = Array(lines.prefix(max(0, height - footer.count)))
        lines += [String](repeating: "", count: max(0, height - footer.count - lines.count))
        return lines + footer
    }

    private var head: [String] {
        let health = snapshot.health
        let time = Timestamp(nanoseconds: snapshot.time &* 1_000_000).clockText
        let state = view.isPaused ? ", paused" : ""
        let judged = health.coverage.map(Report.percent) ?? "an unknown share"
        let totals = snapshot.strip.totals
        let lost = health.lost > 0 ? ", \(Self.count(health.lost)) lost" : ""
        return [
            "egret top: \(snapshot.sensor), \(time) UTC\(state)",
            "\(Self.count(health.packets)) packets, \(Self.count(health.rate)) a second, \(judged) judged\(lost)",
            "last hour: \(Self.count(totals[0])) AI flows, \(Self.bytes(totals[1])) up, \(Self.bytes(totals[2])) down, "
                + "\(Self.count(health.alerts)) alerts open",
        ]
    }

    private func productLines(room: Int?) -> [String] {
        let isWide = width >= 80
        var table = TextTable(
            heads: (isWide ? ["VENDOR", "PRODUCT", "ROLE", "FLOWS"] : ["PRODUCT"]) + ["REQUESTS", "UP", "DOWN"],
            isNumber: (isWide ? [false, false, false, true] : [false]) + [true, true, true])
        let rows = ranked(snapshot.products) + rest(snapshot.furtherProducts)
        for row in Self.first(rows, room) {
            let totals = row.totals
            let product = row.name(1).isEmpty ? (row.name(0).isEmpty ? "no AI vendor" : row.name(0)) : row.name(1)
            let names =
                isWide
                ? [row.name(0), row.name(0).isEmpty ? product : row.name(1), row.name(2), Self.count(totals[0])]
                : [product]
            table.add(names + [Self.count(totals[3]), Self.bytes(totals[1]), Self.bytes(totals[2])])
        }
        return titled("AI traffic by product, by \(view.order.rawValue)\(filterWords)", table)
    }

    private func sourceLines(room: Int?) -> [String] {
        if let room, room < 3 { return [] }
        let isWide = width >= 60
        var table = TextTable(
            heads: (isWide ? ["SOURCE", "GROUP", "FLOWS"] : ["SOURCE"]) + ["REQUESTS", "UP", "DOWN"],
            isNumber: (isWide ? [false, false, true] : [false]) + [true, true, true])
        let rows = ranked(snapshot.sources) + rest(snapshot.furtherSources)
        for row in Self.first(rows, room) {
            let totals = row.totals
            let names = isWide ? [row.name(0), row.name(1), Self.count(totals[0])] : [row.name(0)]
            table.add(names + [Self.count(totals[3]), Self.bytes(totals[1]), Self.bytes(totals[2])])
        }
        return titled("Sources\(filterWords)", table)
    }

    private var alertLines: [String] {
        var table = TextTable(
            heads: ["SEVERITY", "HITS", "RULE", "SOURCE"] + (width >= 80 ? ["TITLE"] : []),
            isNumber: [false, true, false, false] + (width >= 80 ? [false] : []))
        let open = snapshot.alerts.filter { $0.status == "open" && matches([$0.rule, $0.source, $0.title, $0.host]) }
        for alert in open.prefix(height == nil ? 20 : 5) {
            table.add(
                [alert.severity, Self.count(alert.count), alert.rule, alert.source] + (width >= 80 ? [alert.title] : [])
            )
        }
        let more = snapshot.health.alerts > Int64(open.count) && view.filter.isEmpty ? ", the first of them" : ""
        return titled("Open alerts: \(Self.count(snapshot.health.alerts))\(more)\(filterWords)", table)
    }

    /// Rows that the filter leaves, in the order that was chosen.
    private func ranked(_ rows: [LiveRow]) -> [LiveRow] {
        let kept = rows.filter { matches($0.names) }
        guard !view.order.places.isEmpty else {
            return kept.sorted { $0.names.lexicographicallyPrecedes($1.names) }
        }
        func rank(_ row: LiveRow) -> Int64 {
            let totals = row.totals
            return view.order.places.reduce(0) { $0.addingClamped(totals[$1]) }
        }
        return kept.map { ($0, rank($0)) }.sorted { left, right in
            left.1 != right.1 ? left.1 > right.1 : left.0.names.lexicographicallyPrecedes(right.0.names)
        }.map(\.0)
    }

    private func rest(_ row: LiveRow) -> [LiveRow] {
        guard view.filter.isEmpty, !row.series.isEmpty else { return [] }
        var row = row
        row.names = ["(further)", "(further)"]
        return [row]
    }

    private func matches(_ texts: [String]) -> Bool {
        view.filter.isEmpty || texts.contains { $0.lowercased().contains(view.filter.lowercased()) }
    }

    private var filterWords: String { view.filter.isEmpty ? "" : ", only with \"\(view.filter)\"" }

    /// The rows for which there is room below a title and heads.
    private static func first(_ rows: [LiveRow], _ room: Int?) -> ArraySlice<LiveRow> {
        rows.prefix(room.map { max(1, $0 - 2) } ?? 20)
    }

    private func titled(_ title: String, _ table: TextTable) -> [String] {
        let text = table.isEmpty ? "none" : table.text(indent: "", width: width)
        return [painted(cut(title), "1")] + text.split(separator: "\n").map { cut(String($0)) }
    }

    private var keys: String {
        view.isTyping
            ? "only with: \(view.filter)_   Enter keeps, Esc clears"
            : "q quit  s sort  / filter  p \(view.isPaused ? "continue" : "pause")  h help"
    }

    private static let help = [
        "q, Ctrl-C    quit", "p, space     pause and continue",
        "s            sort by the next of: bytes, sent, requests, flows, name",
        "b u r f n    sort by bytes, bytes sent, requests, flows, name",
        "/            show only rows with a text; Enter keeps it, Esc clears it",
        "h, ?         this help, and back",
    ]

    /// A line no wider than the terminal.
    private func cut(_ line: String) -> String {
        line.count <= width ? line : line.prefix(width - 1) + "…"
    }

    private func painted(_ line: String, _ code: String) -> String {
        isColored && !line.isEmpty ? "\u{1B}[\(code)m\(line)\u{1B}[0m" : line
    }

    private static func count(_ value: Int64) -> String { TextTable.count(UInt64(clamping: value)) }
    private static func bytes(_ value: Int64) -> String { TextTable.bytes(UInt64(clamping: value)) }
}

extension Timestamp {
    /// The time of day in UTC, `22:00:03`.
    fileprivate var clockText: String {
        let second = (nanoseconds / 1_000_000_000 % 86_400 + 86_400) % 86_400
        return [second / 3_600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
    }
}
