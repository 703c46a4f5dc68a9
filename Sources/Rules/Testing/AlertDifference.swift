import Text

/// What two sets of rules say differently of the same packets.
///
/// An alert is the same in both where rule, group and first hit are: its id.
public struct AlertDifference: Sendable {
    /// An alert of both that is not the same in both.
    public struct Change: Sendable {
        /// As the old rules raise it.
        public let old: Alert
        /// As the new rules raise it.
        public let new: Alert
    }

    /// Alerts that the old rules alone raise, by rule, first hit and id.
    public let onlyOld: [Alert]
    /// Alerts that the new rules alone raise, by rule, first hit and id.
    public let onlyNew: [Alert]
    /// Alerts whose severity or count differs, by rule, first hit and id.
    public let changed: [Change]
    /// How many alerts are the same.
    public let same: Int
    /// The exceptions that suppressed most of what their rule matched, of the old rules and of the new.
    public var broadExceptions: (old: [BroadException], new: [BroadException]) = ([], [])

    /// Compares alerts as they were last, one for each id.
    public init(old: [Alert], new: [Alert]) {
        let before = Dictionary(old.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        onlyOld = Self.sorted(before.values.filter { after[$0.id] == nil })
        onlyNew = Self.sorted(after.values.filter { before[$0.id] == nil })
        let both = Self.sorted(before.values.filter { after[$0.id] != nil })
        changed = both.compactMap { old in
            guard let new = after[old.id], new.severity != old.severity || new.count != old.count else { return nil }
            return Change(old: old, new: new)
        }
        same = both.count - changed.count
    }

    private static func sorted(_ alerts: [Alert]) -> [Alert] {
        alerts.sorted { ($0.ruleID, $0.firstSeen, $0.id) < ($1.ruleID, $1.firstSeen, $1.id) }
    }
}

extension AlertDifference {
    /// For a person: `-` only the old rules, `+` only the new, `~` both but otherwise, `!` an exception that is broad.
    public var text: String {
        var lines = onlyOld.map { "- " + Self.line($0) } + onlyNew.map { "+ " + Self.line($0) }
        lines += changed.map { change in
            "~ \(Self.line(change.new)); was \(change.old.severity.rawValue), \(change.old.count)"
        }
        lines += broadExceptions.old.map { "! by the old rules, \($0)" }
        lines += broadExceptions.new.map { "! by the new rules, \($0)" }
        lines.append(
            "\(onlyOld.count) only by the old rules, \(onlyNew.count) only by the new, \(changed.count) changed, "
                + "\(same) the same")
        return lines.joined(separator: "\n")
    }

    private static func line(_ alert: Alert) -> String {
        "\(alert.ruleID)\t\(alert.severity.rawValue)\t\(alert.count)\t\(alert.message)"
    }

    /// One object: `only_old`, `only_new`, `changed`, `same` and `broad_exceptions`.
    public var json: String {
        let changes = changed.map { "{\"old\":\(Self.object($0.old)),\"new\":\(Self.object($0.new))}" }
        return "{\"only_old\":[\(Self.objects(onlyOld))],\"only_new\":[\(Self.objects(onlyNew))],"
            + "\"changed\":[\(changes.joined(separator: ","))],\"same\":\(same),\"broad_exceptions\":{"
            + "\"old\":[\(Self.objects(broadExceptions.old))],\"new\":[\(Self.objects(broadExceptions.new))]}}"
    }

    private static func objects(_ alerts: [Alert]) -> String { alerts.map(object).joined(separator: ",") }

    private static func objects(_ exceptions: [BroadException]) -> String {
        exceptions.map { broad in
            "{\"name\":\(JSONText.quoted(broad.name)),\"held\":\(broad.held),\"matches\":\(broad.matches)}"
        }.joined(separator: ",")
    }

    private static func object(_ alert: Alert) -> String {
        let group = alert.group.map { "\(JSONText.quoted($0.field)):\(JSONText.quoted($0.value))" }
        return "{\"id\":\(JSONText.quoted(alert.id)),\"rule\":\(JSONText.quoted(alert.ruleID)),"
            + "\"severity\":\"\(alert.severity.rawValue)\",\"count\":\(alert.count),"
            + "\"group\":{\(group.joined(separator: ","))},\"message\":\(JSONText.quoted(alert.message))}"
    }
}
