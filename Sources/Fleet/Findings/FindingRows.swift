public import Bytes
import Foundation
public import Rules

/// Reads the rows that the queries of `SQLForm.hits` give, as ClickHouse writes them in the format JSONEachRow.
public enum FindingRows {
    /// What is added to a query for rows in this form.
    public static let format = "\nFORMAT JSONEachRow SETTINGS output_format_json_quote_64bit_integers = 1"

    /// Why an answer cannot be read.
    public struct ReadError: Error, Equatable, Sendable, CustomStringConvertible {
        /// The reason, with the number of the row.
        public let description: String
    }

    /// The findings in `rows`, in their order.
    public static func read(_ rows: [UInt8]) throws(ReadError) -> [RuleFinding] {
        var findings: [RuleFinding] = []
        for (number, line) in rows.split(separator: 0x0A).enumerated() {
            guard let row = try? JSONDecoder().decode(Row.self, from: Data(line)), let finding = row.finding else {
                throw ReadError(
                    description: "row \(number + 1) of the answer is no finding: is the schema of this version?")
            }
            findings.append(finding)
        }
        return findings
    }

    private struct Row: Decodable {
        let rule_id: String
        let first_seen: String
        let last_seen: String
        let hits: String
        let value: String
        let severity: String
        let sample: [String: String]

        var finding: RuleFinding? {
            guard let first = FindingRows.moment(first_seen), let last = FindingRows.moment(last_seen),
                let count = Int(hits), let number = Double(value), let severity = Severity(rawValue: severity)
            else { return nil }
            return RuleFinding(
                rule: rule_id, firstSeen: first, lastSeen: last, count: count, value: number, severity: severity,
                fields: sample)
        }
    }

    private static let clock = DayClock(zone: "UTC")

    /// The moment of `2026-05-01 00:00:00.000`, which is in UTC.
    public static func moment(_ text: String) -> Timestamp? {
        clock?.moment(text.count == 10 ? text : text.replacing(" ", with: "T") + "Z")
    }

    /// A moment as a parameter of a query, in UTC.
    public static func text(_ time: Timestamp) -> String {
        String(time.rfc3339.replacing("T", with: " ").dropLast())
    }
}
