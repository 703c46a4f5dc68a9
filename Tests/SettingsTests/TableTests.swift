import Foundation
import Settings
import Testing
import Text

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
private let isUpdating = ProcessInfo.processInfo.environment["EGRET_UPDATE_DOCS"] == "1"

@Test func everyKeyHasAPathAFlagAndAVariableOfItsOwn() {
    let keys = SettingKey.all
    #expect(Set(keys.map(\.path)).count == keys.count)
    #expect(Set(keys.map(\.flag)).count == keys.count)
    #expect(Set(keys.map(\.variable)).count == keys.count)
    for key in keys {
        let isPlain = key.path.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2E || $0 == 0x5F }
        #expect(isPlain && key.path.split(separator: ".").count == 2, "\(key.path)")
        #expect(!key.summary.hasSuffix("."), "\(key.path)")
        #expect(SettingKey.named(key.path) == key)
    }
}

@Test func everyDefaultIsAValueThatItsKeyTakes() {
    for key in SettingKey.all {
        var settings = Settings()
        #expect(settings.set(key, key.defaults, from: .builtIn) == nil, "\(key.path)")
    }
}

@Test("The table of keys in the documentation is that of the code")
func table() throws {
    let url = root.appendingPathComponent("docs/CONFIGURATION.md")
    let document = try String(contentsOf: url, encoding: .utf8)
    let start = try #require(document.range(of: "<!-- keys: generated -->\n"))
    let stop = try #require(document.range(of: "<!-- end of keys -->"))
    if isUpdating {
        let updated = document[..<start.upperBound] + SettingKey.table + document[stop.lowerBound...]
        try String(updated).write(to: url, atomically: true, encoding: .utf8)
    } else {
        #expect(document[start.upperBound..<stop.lowerBound] == SettingKey.table)
    }
    for code in SettingError.Code.allCases { #expect(document.contains("`\(code.rawValue)`"), "\(code)") }
}

@Test("The published schema of the configuration is that of the code, and JSON")
func schema() throws {
    let url = root.appendingPathComponent("docs/schema/config.schema.json")
    let text = SettingKey.schema.rendered() + "\n"
    if isUpdating { try text.write(to: url, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOf: url, encoding: .utf8) == text)
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let sections = parsed?["properties"] as? [String: Any]
    #expect(Set(sections?.keys.map { $0 } ?? []) == Set(SettingKey.all.map(\.section)))
}
