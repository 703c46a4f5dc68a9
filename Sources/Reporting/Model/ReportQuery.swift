public import Bytes
public import Rules
import Text

/// What a report is asked for.
public struct ReportQuery: Sendable {
    /// A condition on a flow or an alert: one of its values is, or is not, one of `texts`.
    public struct Condition: Sendable, Equatable {
        /// What is compared.
        public let dimension: Dimension
        /// Whether the value must be none of them.
        public let isNegated: Bool
        /// The values, as they were written.
        public let texts: [String]
        /// Blocks of addresses, for sources.
        let prefixes: [AddressPrefix]

        /// Reads `product=claude-code`, `vendor=openai,anthropic`, `role!=telemetry`, `source=10.1.0.0/16`.
        ///
        /// - Throws: what is wrong, in one line.
        public init(_ text: String) throws(ReportQueryError) {
            guard let equals = text.firstIndex(of: "=") else {
                throw ReportQueryError("'\(text)' is no condition; write FIELD=VALUE or FIELD!=VALUE, as vendor=openai")
            }
            let name = text[..<equals]
            isNegated = name.hasSuffix("!")
            dimension = try ReportQuery.dimension(String(isNegated ? name.dropLast() : name))
            guard dimension != .rule else {
                throw ReportQueryError("'\(text)': flows are of no rule; --by rule has the alerts of each")
            }
            texts = text[text.index(after: equals)...].split(separator: ",").map(String.init)
            guard !texts.isEmpty else { throw ReportQueryError("'\(text)' has no value after the =") }
            prefixes = dimension == .source ? texts.compactMap { AddressPrefix($0) } : []
        }

        /// Whether a value of the dimension meets the condition.
        func holds(_ value: String) -> Bool {
            var isAny = texts.contains { $0.lowercased() == value.lowercased() }
            if !isAny, !prefixes.isEmpty, let address = IPAddress(value) {
                isAny = prefixes.contains { $0.contains(address) }
            }
            return isAny != isNegated
        }
    }

    /// The first moment that counts.
    public var from: Timestamp?
    /// The first moment that no longer counts.
    public var to: Timestamp?
    /// The days and hours.
    public var clock: DayClock
    /// By what usage is grouped.
    public var dimensions: [Dimension] = [.vendor, .product]
    /// All of these must hold.
    public var conditions: [Condition] = []
    /// The most rows of a table; the rest is added up.
    public var rowLimit: Int?
    /// Groups with fewer sources than this are added up as one in HTML.
    public var minimumGroup = 5
    /// Whether alerts are grouped by their rule, in place of flows.
    var isOfAlerts: Bool { dimensions == [.rule] }
    /// Whether everything that HTML shows is added up, too.
    public var isFull = false

    /// A query for all of time by the clock of `clock`.
    public init(clock: DayClock) {
        self.clock = clock
    }

    /// Whether `time` is in the period.
    func contains(_ time: Timestamp) -> Bool {
        if let from, time < from { return false }
        if let to, time >= to { return false }
        return true
    }

    /// The dimensions of `vendor,product`.
    ///
    /// - Throws: what is wrong, with the nearest name.
    public static func dimensions(_ text: String) throws(ReportQueryError) -> [Dimension] {
        var found: [Dimension] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let dimension = try dimension(String(part))
            if dimension == .product, !found.contains(.vendor), !text.contains("vendor") { found.append(.vendor) }
            if !found.contains(dimension) { found.append(dimension) }
        }
        guard found == [.rule] || !found.contains(.rule) else {
            throw ReportQueryError("'\(text)': rule is of alerts, and the others are of flows; group by rule alone")
        }
        guard found.count <= 4 else { throw ReportQueryError("'\(text)' groups by more than four fields") }
        return found
    }

    private static func dimension(_ text: String) throws(ReportQueryError) -> Dimension {
        if let dimension = Dimension(rawValue: text) { return dimension }
        guard text != "user" else {
            throw ReportQueryError(
                "'user' is no field of a report: egret sees addresses, not users; use source or group")
        }
        let names = Dimension.allCases.map(\.rawValue)
        let hint = Spelling.nearest(to: text, among: names).map { "; did you mean \($0)?" } ?? "."
        throw ReportQueryError("'\(text)' is no field of a report\(hint) One of \(names.joined(separator: ", "))")
    }
}

/// Why a query is none: one line for a person.
public struct ReportQueryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong and what would be right.
    public let description: String

    /// An error of these words.
    public init(_ description: String) { self.description = description }
}
