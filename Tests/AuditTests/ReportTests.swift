import Bytes
import Foundation
import Testing

@testable import Audit

@Suite struct ReportTests {
    private let input = AuditSource(name: "a.pcap", bytes: 5, sha256: String(repeating: "ab", count: 32))

    private func node(_ line: String) throws -> FieldNode {
        var budget = FieldBudget()
        return try JSONReader.read(Array(line.utf8), budget: &budget).node
    }

    @Test("By default no value is shown, and equal values have equal hashes")
    func values() throws {
        let display = ValueDisplay(key: Array(repeating: 1, count: 32))
        let one = display.object(.text("jo.doe@corp.example")).text
        #expect(!one.contains("jo.doe"))
        #expect(one == display.object(.text("jo.doe@corp.example")).text)
        #expect(one != ValueDisplay(key: Array(repeating: 2, count: 32)).object(.text("jo.doe@corp.example")).text)
        #expect(ValueDisplay(showsValues: true).object(.text("jo.doe")).text.contains("jo.doe"))
        #expect(try node(display.object(.text("\u{2019}")).text)["codepoints"]?.items?.first?.text == "U+2019")
        #expect(ValueDisplay.codePoints(.text("ab")) == nil)
        #expect(ValueDisplay.codePoints(.text("1")) == nil)
    }

    @Test("A credential is never shown and never hashed, nor searched for facts")
    func credentials() {
        let text = ValueDisplay(showsValues: true).object(.text("sk-test-0000"), isCredential: true).text
        #expect(!text.contains("sk-test") && !text.contains("hash"))
        let names = ["header.authorization", "header.x-api-key", "header.cookie", "body.access_token", "body.password"]
        for name in names { #expect(Credentials.isCredential(Field(path: name, value: .text("abcdefghij")))) }
        #expect(Credentials.isCredential(Field(path: "body.x", value: .text("sk-ant-0123456789abcdef"))))
        #expect(!Credentials.isCredential(Field(path: "body.max_tokens", value: .number("5"))))
        #expect(
            !Credentials.isCredential(Field(path: "body.text", value: .text("Bring the key, please, and the token"))))
        let request = exchange(headers: [("Authorization", "Bearer jo.doe@corp.example")])
        #expect(findings(request).allSatisfy { !$0.field.contains("authorization") })
    }

    @Test("What a terminal would obey, and what shows nothing, is written as an escape")
    func escapes() {
        #expect(JSONLine.quoted("a\u{1B}[0m\u{200B}\u{202E}\u{85}é\"") == #""a\u001b[0m\u200b\u202e\u0085é\"""#)
        #expect(ValueDisplay.printable("a\u{1B}b\u{200B}") == "a\\u{1b}b\\u{200b}")
    }

    @Test("Each record has the members of the schema, of the types of the schema")
    func schema() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/schema/audit.schema.json")
        let schema = try node(String(contentsOf: url, encoding: .utf8))
        let records = FindingRecords(display: ValueDisplay())
        let request = exchange(body: #"{"system":"pass\#u{200B}word","email":"jo@corp.example"}"#)
        let lines = findings(request).map { records.line($0, in: request, capture: input) }
        #expect(lines.count >= 2)
        let run = { (setting: Int, text: String) in
            RunRecording(
                name: "r", setting: setting,
                requests: [RequestFields(exchange(body: #"{"a":"\#(text)"}"#), unpack: ContentUnpacking.unpack)])
        }
        let comparison = Comparison([run(0, "x"), run(0, "x"), run(1, "y"), run(1, "y")], settings: ["a", "b"])
        for line in lines + records.lines(comparison, inputs: [input]) { try check(try node(line.text), schema) }
    }

    private func check(_ record: FieldNode, _ schema: FieldNode) throws {
        let type = try #require(record["type"]?.text)
        let definition = try #require(schema["$defs"]?[type], "no definition of \(type)")
        guard case .object(let members) = record.content else { return }
        for member in members {
            if type == "difference", ["a", "b"].contains(member.name) { continue }
            let property = try #require(
                definition["properties"]?[member.name], "\(type).\(member.name) is not in the schema")
            let kind =
                switch member.value.content {
                case .object: "object"
                case .array: "array"
                case .text: "string"
                case .number: "number"
                default: "boolean"
                }
            let types =
                property["type"]?.text
                ?? (property["const"] != nil || property["enum"] != nil || property["$ref"] != nil ? kind : "")
            #expect(types == kind || (types == "integer" && kind == "number"), "\(type).\(member.name) is a \(kind)")
        }
        for name in definition["required"]?.items ?? [] {
            #expect(record[name.text ?? ""] != nil, "\(type) has no \(name.text ?? "")")
        }
    }

    @Test("A redacted record keeps fields and findings, and no value, address or host")
    func redaction() throws {
        var redaction = Redaction()
        let request = exchange(
            host: "relay.private.example", body: #"{"email":"jo@corp.example","/Users/jo":"jo@corp.example"}"#)
        let records = FindingRecords(display: ValueDisplay(showsValues: true))
        let request1 =
            #"{"type":"request","n":1,"connection":"192.0.2.1:1-192.0.2.2:2","host":"relay.private.example","path":"/u/12345","request_body":{"bytes":5,"sha256":"ab"}}"#
        let first = try #require(try redaction.redact(Array(request1.utf8)))
        #expect(first == #"{"type":"request","n":1,"host":"host-1","path":"/u/{id}","request_body":{"bytes":5}}"#)
        for finding in findings(request) {
            let line = try #require(
                try redaction.redact(Array(records.line(finding, in: request, capture: input).text.utf8)))
            for secret in ["jo@corp", "192.0.2", "relay.private", "/Users/jo", "a.pcap", "hmac"] {
                #expect(!line.contains(secret), "\(line)")
            }
            #expect(line.contains("\"category\":\"email\""))
        }
        #expect(try redaction.redact(Array(#"{"type":"other"}"#.utf8)) == nil)
        let difference =
            #"{"type":"difference","host":"b.example","field":"body.a","a":[{"kind":"text","length":1,"hash":"h","text":"x"}],"p":0.5}"#
        #expect(
            try redaction.redact(Array(difference.utf8))
                == #"{"type":"difference","host":"host-2","field":"body.a","a":[{"kind":"text","length":1}],"p":0.5}"#)
    }

    @Test("Of a path a redacted record keeps words of an interface, and no part that may name a person")
    func redactedPaths() {
        let paths = [
            "/v1/messages": "/v1/messages", "/v1/messages:count-tokens": "/v1/messages:count-tokens",
            "/users/jdoe@corp.example/x": "/users/…/x", "/repos/billing.git": "/repos/…",
            "/files/2026-11-30.txt": "/files/…", "/o/0f8fad5b-d9cb-469f-a165-70867728950e/p": "/o/{id}/p",
            "/a%20name/b": "/…/b", "/v2024/x": "/v2024/x", "/ünïcode/x": "/…/x",
        ]
        for (path, want) in paths { #expect(Redaction.withoutIdentifiers(path) == want) }
    }

    @Test("The report says in plain words what was found and what that does not show")
    func report() {
        let request = exchange(body: #"{"system":"Today\#u{2019}s date is 2026-11-30"}"#)
        let placed = findings(request).map { AuditReport.Placed(finding: $0, exchange: request) }
        let report = AuditReport(title: "Audit", sections: AuditReport.findings(placed, display: ValueDisplay()))
        #expect(report.text.contains("of grade signature"))
        #expect(report.text.contains("does not show why"))
        #expect(!report.text.contains("2026-11-30"))
    }
}

@Suite struct EnvironmentTests {
    private func categories(_ body: String) -> Set<String> {
        Set(findings(exchange(body: body)).filter { $0.kind != .mark && $0.kind != .derived }.map(\.category))
    }

    private static let facts: [(String, String)] = [
        (#"{"tz":"x"}"#, "time_zone"), (#"{"a":"in Asia/Shanghai now"}"#, "time_zone"),
        (#"{"a":"America/Argentina/Buenos_Aires"}"#, "time_zone"),
        (#"{"a":"de_DE.UTF-8"}"#, "locale"), (#"{"a":"linux"}"#, "operating_system"),
        (#"{"a":"arm64"}"#, "architecture"),
        (#"{"TERM_PROGRAM":"x"}"#, "terminal"), (#"{"hostname":"x"}"#, "host_name"), (#"{"userName":"x"}"#, "user"),
        (#"{"a":"see /Users/jo/x"}"#, "home"), (#"{"a":"C:\\Users\\jo\\x"}"#, "home"),
        (#"{"cwd":"/x"}"#, "working_directory"),
        (#"{"a":"git@host.example:a/b.git"}"#, "repository"), (#"{"a":"mail jo@corp.example now"}"#, "email"),
        (#"{"account_uuid":"x"}"#, "account_id"), (#"{"deviceId":"x"}"#, "device_id"),
        (#"{"api_base_url":"x"}"#, "base_url"),
        (#"{"a":"at 192.168.1.20:80"}"#, "network_address"), (#"{"is_ci":false}"#, "ci"),
        (#"{"linux_kernel":"6.1"}"#, "runtime"),
    ]

    @Test(
        "Facts are found by the name of a field and the form of a value",
        arguments: facts)
    func found(_ body: String, _ category: String) {
        #expect(categories(body).contains(category), "\(categories(body))")
    }

    @Test(
        "Ordinary text is no fact",
        arguments: [
            #"{"a":"Europe/ is a continent, and America/x no zone"}"#,
            #"{"a":"write to name@example.com or @decorator"}"#,
            #"{"a":"/Users/user/project and /Users/"}"#, #"{"a":"version 10.2.3 or 1192.168.1.1 or 8.8.8.8"}"#,
            #"{"a":"linux kernel"}"#,
        ])
    func quiet(_ body: String) {
        #expect(categories(body).isEmpty, "\(categories(body))")
    }

    @Test("The same fact in every event of a batch is one finding, counted")
    func counted() {
        let events = Array(repeating: #"{"os":"linux"}"#, count: 50).joined(separator: ",")
        let found = findings(exchange(body: "[\(events)]")).filter { $0.category == "operating_system" }
        #expect(found.map(\.count) == [50])
    }

    @Test("Values that are checksums or lengths of others are named")
    func derived() {
        let text = "a long enough text"
        let digest = Checksum.sha256.digest(of: Array(text.utf8)).hexadecimalText
        let body = #"{"text":"\#(text)","seal":"v1=\#(digest.prefix(12))"}"#
        let whole = Checksum.sha256.digest(of: Array(body.utf8))
        let headers = [
            ("Content-Type", "application/json"), ("Content-Length", String(body.utf8.count)),
            ("Digest", "sha-256=" + String(decoding: Base64Text.encode(whole), as: UTF8.self)),
        ]
        let found = findings(exchange(headers: headers, body: body)).filter { $0.kind == .derived }
        #expect(Set(found.map(\.field)) == ["header.content-length", "header.digest", "body.seal"])
        #expect(found.first { $0.field == "body.seal" }?.source == "body.text")
        #expect(found.first { $0.field == "header.digest" }?.source == "body")
        let other = #"{"text":"\#(text)","seal":"0123456789abcdef"}"#
        #expect(findings(exchange(body: other)).filter { $0.kind == .derived }.isEmpty)
    }
}
