import Foundation
import Rules
import Testing

/// A directory with rules and lists, and one beside it that rules must not reach.
private final class Place {
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)")

    init() throws {
        for name in ["rules/lists", "outside"] {
            try FileManager.default.createDirectory(
                at: base.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        try write("outside/secret", "root:$6$secret:1:2\n")
        try write("rules/lists/blocks.txt", "10.0.0.0/8\n")
    }

    deinit { try? FileManager.default.removeItem(at: base) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: base.appendingPathComponent(name))
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: base.appendingPathComponent(name).path, withDestinationPath: target)
    }

    /// The errors of a rule file whose list is in `file`.
    func errors(_ file: String) throws -> [String] {
        try write(
            "rules/a.yaml",
            """
            version: 1
            lists:
              blocks: {type: cidr, file: "\(file)"}
            rules:
            - id: one
              title: One
              severity: low
              match: {src.ip|in_list: blocks}

            """)
        return RuleFiles.load(paths: [base.appendingPathComponent("rules").path]).report.sorted.map(\.description)
    }
}

@Test func aListIsReadBesideItsRuleFileOrBelow() throws {
    let place = try Place()
    let inside = place.base.appendingPathComponent("rules/lists/blocks.txt").path
    for file in ["lists/blocks.txt", "./lists/../lists/blocks.txt", inside] {
        #expect(try !place.errors(file).contains { $0.contains("R022") || $0.contains("R021") }, "\(file)")
    }
    // As a ConfigMap is mounted: links inside the directory.
    try place.link("rules/..data", to: "lists")
    try place.link("rules/blocks.txt", to: "..data/blocks.txt")
    #expect(try !place.errors("blocks.txt").contains { $0.contains("R022") })
}

@Test func aListOutsideItsDirectoryIsRefusedAndNoneOfItsLinesIsTold() throws {
    let place = try Place()
    try place.link("rules/linked", to: "../outside/secret")
    try place.link("rules/door", to: "../outside")
    let outside = place.base.appendingPathComponent("outside/secret").path
    for file in ["../outside/secret", "lists/../../outside/secret", outside, "/etc/passwd", "linked", "door/secret"] {
        let errors = try place.errors(file)
        #expect(errors.contains { $0.contains("error[R022]") }, "\(file): \(errors)")
        #expect(!errors.contains { $0.contains("secret:1") || $0.contains("root:") }, "\(errors)")
    }
    try place.write("rules/lists/odd.txt", "# fine\n10.0.0.0/8\ntopsecretword\n")
    let errors = try place.errors("lists/odd.txt")
    #expect(errors.contains { $0.contains("odd.txt:3:1: error[R021]") }, "\(errors)")
    #expect(!errors.contains { $0.contains("topsecretword") })
}
