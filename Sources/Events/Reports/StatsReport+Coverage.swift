extension StatsReport {
    /// The coverage ratio as a percentage rounded down, so that it never says 100 % of less; `nil` if all was judged.
    var coverageText: String? {
        guard let ratio = coverageRatio, ratio < 1 else { return nil }
        let tenths = Int(max(0, ratio) * 1_000 + 0.000_001)
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// What a person should know of packets that reached the sensor and were not judged, a sentence for each reason.
    public var coverageWarnings: [String] {
        var reasons: [String] = []
        if capture.unsupportedLink > 0 {
            let number = capture.unreadLink.map { " (number \($0))" } ?? ""
            reasons.append("\(capture.unsupportedLink) are of a link type that is not read\(number)")
        }
        if capture.unreadTunnels > 0 {
            reasons.append("\(capture.unreadTunnels) are in an encapsulation that is not read")
        }
        guard !reasons.isEmpty else { return [] }
        let share =
            coverageText.map { "only \($0) of all packets could be judged" } ?? "not all packets could be judged"
        return ["\(share): of \(capture.packets), \(reasons.joined(separator: " and ")); see docs/LIMITS.md"]
    }
}
