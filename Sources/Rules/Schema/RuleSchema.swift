import Text
import Vendors

/// The JSON Schema of rule files, for completion and first checks in an editor.
///
/// Fields, their operators and words come from `Field`, vendors and countries from a vocabulary, keys of rules from the reader. It
/// is weaker than `egret rules check`, which knows what names refer to, and which values contradict each other.
public enum RuleSchema {
    /// The schema, JSON Schema 2020-12, with the words of `vocabulary`.
    public static func json(_ vocabulary: RuleVocabulary = RuleVocabulary()) -> String {
        SchemaNode.object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("egret rules, version 1")),
            ("$ref", .text("#/$defs/file")),
            ("$defs", .object(file + rule + parts + fields(vocabulary))),
        ]).rendered() + "\n"
    }

    private static let file: [(String, SchemaNode)] = [
        (
            "file",
            .closed(
                [
                    ("version", .object([("const", .number(1))])), ("metadata", .reference("metadata")),
                    ("defaults", .reference("defaults")), ("lists", .map(of: .reference("list"))),
                    ("schedules", .map(of: .reference("schedule"))), ("macros", .map(of: .reference("condition"))),
                    ("rules", .list(of: .reference("rule"))),
                ], required: ["version"])
        ),
        (
            "metadata",
            .closed([
                ("ruleset", .type("string")), ("revision", .type("integer")), ("owner", .type("string")),
                ("description", .type("string")),
            ])
        ),
        (
            "defaults",
            .closed([
                ("timezone", zone), ("severity", severity), ("dedup", .reference("dedup")),
            ])
        ),
        (
            "list",
            .closed(
                [
                    ("type", .words(NamedList.Kind.allCases.map(\.rawValue))), ("items", .type("array")),
                    ("file", .type("string")), ("except", .type("array")), ("description", .type("string")),
                ], required: ["type"])
        ),
        (
            "schedule",
            .closed(
                [
                    ("timezone", zone), ("weekly", week),
                    ("holidays", .list(of: day)), ("description", .type("string")),
                ], required: ["weekly"])
        ),
    ]

    private static let rule: [(String, SchemaNode)] = [
        (
            "rule",
            .closed(RuleReader.ruleKeys.map { ($0, ruleValues[$0] ?? .type("string")) }, required: ["id", "match"])
        )
    ]

    /// Keys of a rule whose value is not simply text.
    private static let ruleValues: [String: SchemaNode] = [
        "id": .object([("type", .text("string")), ("pattern", .text("^[a-z0-9-]{3,64}$"))]),
        "references": .list(of: .type("string")), "enabled": .type("boolean"),
        "mode": .words(RuleMode.allCases.map(\.rawValue)), "on": .words(Trigger.allCases.map(\.rawValue)),
        "match": .reference("condition"),
        "timezone": zone, "valid_from": moment, "valid_until": moment,
        "grace": .closed([("from", moment), ("severity", severity)], required: ["from"]),
        "schedule": .closed([("only", .type("string")), ("except", .type("string"))]),
        "exceptions": .list(of: .reference("exception")), "threshold": .reference("threshold"), "severity": severity,
        "severity_when": .list(of: .closed([("match", .reference("condition")), ("severity", severity)])),
        "dedup": .reference("dedup"), "tags": .list(of: .type("string")),
        "evidence": .closed([
            ("min_confidence", .words(Confidence.allCases.map(\.rawValue))), ("require_complete", .type("boolean")),
        ]),
        "tests": .list(of: .reference("test")),
    ]

    private static let parts: [(String, SchemaNode)] = [
        (
            "exception",
            .closed(
                [
                    ("name", .type("string")), ("match", .reference("condition")), ("reason", .type("string")),
                    ("owner", .type("string")), ("expires", moment), ("permanent", .type("boolean")),
                ], required: ["name", "match", "reason", "owner"])
        ),
        (
            "threshold",
            .closed(
                [
                    ("count", count), ("op", .words(ThresholdComparison.allCases.map(\.rawValue))),
                    ("value", scalar), ("window", duration),
                    ("type", .words(Threshold.Kind.allCases.map(\.rawValue))), ("group_by", fieldNames),
                    ("min_distinct", .closed([("field", .type("string")), ("value", .type("integer"))])),
                    ("max_groups", .type("integer")),
                ], required: ["count", "op", "value", "window"])
        ),
        (
            "dedup",
            .closed([
                ("by", fieldNames), ("for", duration), ("update_every", duration),
                ("close_after", duration),
            ])
        ),
        (
            "test",
            .closed(
                [
                    ("name", scalar), ("event", .type("object")), ("events", .list(of: .type("object"))),
                    ("pcap", .type("string")),
                    ("expect", .object([("type", .array([.text("string"), .text("object")]))])),
                ], required: ["name", "expect"])
        ),
    ]

    private static var severity: SchemaNode { .words(Severity.allCases.map(\.rawValue)) }
    private static var fieldNames: SchemaNode { .list(of: .words(Field.all.map(\.name))) }
    private static var scalar: SchemaNode {
        .object([("type", .array(["string", "number", "boolean"].map { .text($0) }))])
    }

    /// The condition with every field, and the test of each field.
    private static func fields(_ vocabulary: RuleVocabulary) -> [(String, SchemaNode)] {
        let combinators = ["any", "all", "none"].map { ($0, SchemaNode.list(of: .reference("condition"))) }
        let tests = Field.all.map { field in (field.name, SchemaNode.reference(field.name)) }
        return [("condition", .closed(combinators + [("macro", .type("string"))] + tests))]
            + Field.all.map { ($0.name, test(of: $0, vocabulary)) }
            // Thousands of words once, and not for each operator.
            + Field.all.compactMap { field in
                vocabulary[field.name].map { ("\(field.name)-value", .words($0.sorted())) }
            }
    }
}
