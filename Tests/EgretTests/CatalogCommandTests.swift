import Foundation
import Testing

@testable import egret

@Test func lookupAnswersForPeopleAndForPrograms() throws {
    let text = egret("catalog", "lookup", "--catalog", projectPath("rules/vendors"), "claude.ai", "www.example.org")
    #expect(
        text.status == 0 && text.output.contains("anthropic") && text.output.contains("www.example.org\n  not in the"))
    let lines = egret("catalog", "lookup", "--catalog", projectPath("rules/vendors"), "--format", "jsonl", "claude.ai")
    let object = try JSONSerialization.jsonObject(with: Data(lines.output.utf8)) as? [String: Any]
    #expect(object?["vendor"] as? String == "anthropic" && object?["name"] as? String == "claude.ai")
}

@Test func namesFromAnyoneAreEscapedInBothForms() {
    let name = "a\u{1B}]0;pwn\u{7}\u{202E}\u{2028}\n.claude.ai"
    for form in ["text", "jsonl"] {
        let result = egret("catalog", "lookup", "--catalog", projectPath("rules/vendors"), "--format", form, name)
        for scalar in ["\u{1B}", "\u{7}", "\u{202E}", "\u{2028}"] as [Unicode.Scalar] {
            #expect(!result.output.unicodeScalars.contains(scalar), "\(form): \(result.output)")
        }
        #expect(!result.output.contains("\n.claude.ai"))
    }
}

@Test func anUnknownVendorIsWrongUsage() {
    let result = egret("catalog", "list", "--catalog", projectPath("rules/vendors"), "nobody")
    #expect(result.status == 2 && result.errors.contains("unknown vendor: nobody"), "\(result)")
}

@Test func errorsOfVendorFilesNameFileAndLine() throws {
    let scratch = try Scratch()
    _ = try scratch.write("bad.yaml", "id: x\nvendr: \u{202E}y\n")
    let result = egret("catalog", "check", "--catalog", scratch.url.path)
    #expect(result.status == 1 && result.errors.contains("bad.yaml:"), "\(result)")
    #expect(!result.errors.unicodeScalars.contains("\u{202E}"))
}

@Test func rulesAndConfigurationAreCheckedWithPlaces() throws {
    let scratch = try Scratch()
    let rules = try scratch.write("a.yaml", "version: 1\nrules:\n- id: one\n  match: {src.port: 1}\n  exeptions: []\n")
    let checked = egret("rules", "check", "--catalog", projectPath("rules/vendors"), rules)
    #expect(checked.status == 1 && (checked.output + checked.errors).contains("a.yaml:5:3: error["), "\(checked)")
    let settings = try scratch.write("egret.yaml", "limit:\n  flow_memory: 1MiB\n")
    let configuration = egret("config", "check", settings)
    #expect(configuration.status == 1 && configuration.errors.contains("did you mean 'limits'?"), "\(configuration)")
    let fine = try scratch.write(
        "fine.yaml", "evidence:\n  anchor: [\"syslog+udp://192.0.2.7\"]\n  anchor_interval: 1m\n")
    #expect(egret("config", "check", fine).status == 0)
    #expect(egret("config", "show", "--config", fine).output.contains("anchor_interval: 1m"))
}
