import Bytes
import Rules

/// A rectangle of a chart.
private struct Bar {
    var x: Int, y: Int, width: Int, height: Int
    var style: String
    var title: String
}

extension HTMLReport {
    /// The hours of the period, those without any event marked: a sensor that is off sees nothing.
    func strip(_ html: inout HTMLText) {
        guard let first = model.query.from ?? model.first, let last = model.query.to ?? model.last else { return }
        let hours = Int64.hour(of: first)...max(Int64.hour(of: first), Int64.hour(of: last.advanced(byNanoseconds: -1)))
        guard hours.count <= 24 * 62 else {
            return paragraph("The period is too long for a strip of hours.", to: &html)
        }
        let silent = hours.count { !model.hours.contains($0) }
        paragraph("\(silent) of \(hours.count) hours have no event of any sensor.", to: &html)
        let width = max(1, 960 / hours.count)
        let bars = hours.enumerated().map { index, hour in
            let isSeen = model.hours.contains(hour)
            let time = cells.time(Timestamp(seconds: hour &* 3_600, nanoseconds: 0))
            return Bar(
                x: index * width, y: isSeen ? 0 : 1, width: max(1, width - (width > 3 ? 1 : 0)),
                height: isSeen ? 16 : 14,
                style: isSeen ? "f2" : "gap", title: "\(time): \(isSeen ? "events" : "no event")")
        }
        svg(bars, width: hours.count * width, height: 18, label: "Hours with and without events", labels: [], to: &html)
    }

    /// Bytes by day, the largest six vendors in a color each.
    func chart(_ html: inout HTMLText) {
        let table = model.table(.vendorDays)
        guard !table.rows.isEmpty else { return }
        var vendors: [UInt32: Int64] = [:]
        var days: [String: [UInt32: Int64]] = [:]
        for (key, totals) in table.rows {
            vendors[key.values[1], default: 0] += totals.bytes
            days[model.texts[key.values[0]], default: [:]][key.values[1], default: 0] += totals.bytes
        }
        let order = vendors.sorted { left, right in
            (right.value, model.texts[left.key]) < (left.value, model.texts[right.key])
        }.map(\.key)
        let top = Array(order.prefix(6))
        let names = days.keys.sorted()
        let bars = Self.columns(
            names.map { day in
                let values = days[day] ?? [:]
                let shown = top.map { values[$0] ?? 0 }
                return (
                    day,
                    shown + [values.filter { !top.contains($0.key) }.reduce(Int64(0)) { $0.addingClamped($1.value) }]
                )
            }, titles: top.map { name(of: $0) } + ["others"], cells)
        svg(
            bars, width: 960, height: 220, label: "Bytes by day and vendor",
            labels: Self.axis(names, width: 960), to: &html)
        legend(top.map { name(of: $0) } + (order.count > 6 ? ["others"] : []), to: &html)
    }

    private func name(of vendor: UInt32) -> String {
        let text = model.texts[vendor]
        return text.isEmpty ? "no vendor" : text
    }

    /// Bytes sent by hour.
    func hourChart(_ html: inout HTMLText) {
        let rows = model.table(.hours).rows.map { (model.texts[$0.key.values[0]], $0.value.bytesUp) }.sorted {
            $0.0 < $1.0
        }
        guard !rows.isEmpty else { return paragraph("No AI traffic.", to: &html) }
        let bars = Self.columns(rows.map { ($0.0, [$0.1]) }, titles: ["sent"], cells)
        svg(
            bars, width: 960, height: 220, label: "Bytes sent by hour with AI traffic",
            labels: Self.axis(rows.map(\.0), width: 960), to: &html)
    }

    /// Stacked columns in 960 by 190 units, the highest as high as they.
    private static func columns(_ columns: [(String, [Int64])], titles: [String], _ cells: CellFormat) -> [Bar] {
        let highest = columns.map { $0.1.reduce(Int64(0)) { $0.addingClamped($1) } }.max() ?? 0
        guard highest > 0 else { return [] }
        let step = max(1, 960 / columns.count)
        var bars: [Bar] = []
        for (index, (label, values)) in columns.enumerated() {
            var top = 190
            for (place, value) in values.enumerated() where value > 0 {
                let height = max(1, Int(Double(value) / Double(highest) * 180))
                top -= height
                bars.append(
                    Bar(
                        x: index * step, y: max(0, top), width: min(80, max(1, step - (step > 3 ? 2 : 0))),
                        height: height,
                        style: "f\(place)", title: "\(label), \(titles[place]): \(cells.text(.bytes(value)))"))
            }
        }
        return bars
    }

    /// The first and the last label, and those between that have room.
    private static func axis(_ labels: [String], width: Int) -> [(x: Int, text: String)] {
        let step = max(1, width / max(1, labels.count))
        let stride = max(1, 130 / step)
        return labels.enumerated().filter { $0.offset % stride == 0 && $0.offset * step <= width - 100 }
            .map { ($0.offset * step, $0.element) }
    }

    private func svg(
        _ bars: [Bar], width: Int, height: Int, label: String, labels: [(x: Int, text: String)], to html: inout HTMLText
    ) {
        html.element("svg", ["viewBox": "0 0 \(width) \(height)", "role": "img", "aria-label": label]) { html in
            for bar in bars {
                html.element(
                    "rect",
                    [
                        "x": "\(bar.x)", "y": "\(bar.y)", "width": "\(bar.width)", "height": "\(bar.height)",
                        "class": bar.style,
                    ]
                ) { $0.line("title", bar.title) }
            }
            guard !labels.isEmpty else { return }
            html.element("line", ["x1": "0", "x2": "\(width)", "y1": "190", "y2": "190", "class": "axis"])
            for label in labels { html.line("text", label.text, with: ["x": "\(label.x)", "y": "\(height - 10)"]) }
        }
        html.raw("\n")
    }

    private func legend(_ names: [String], to html: inout HTMLText) {
        html.element("ul", ["class": "legend"]) { html in
            for (index, name) in names.enumerated() {
                html.element("li") { html in
                    html.element("svg", ["viewBox": "0 0 10 10", "aria-hidden": "true"]) {
                        $0.element("rect", ["width": "10", "height": "10", "class": "f\(index)"])
                    }
                    html.words(name)
                }
            }
        }
        html.raw("\n")
    }
}
