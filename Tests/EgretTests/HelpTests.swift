import ArgumentParser
import Testing

@testable import egret

/// Every command of the program with the words that name it, its parents before it.
private func commands(
    below type: any ParsableCommand.Type, path: [String]
) -> [(path: [String], type: any ParsableCommand.Type)] {
    type.configuration.subcommands.flatMap { child -> [(path: [String], type: any ParsableCommand.Type)] in
        let words = path + [child._commandName]
        return [(words, child)] + commands(below: child, path: words)
    }
}

private var everyCommand: [(path: [String], type: any ParsableCommand.Type)] { commands(below: Egret.self, path: []) }

@Suite struct HelpTests {
    @Test("The commands of the manual are there")
    func commandNames() {
        let names = Set(everyCommand.map { $0.path.joined(separator: " ") })
        for name in [
            "analyze", "watch", "report", "doctor", "config check", "config show", "rules check", "rules test",
            "rules list", "rules explain", "rules init ban", "rules replay", "rules schema", "catalog list",
            "catalog lookup", "catalog check", "catalog diff", "catalog export", "catalog import", "catalog drift",
            "catalog bundle", "catalog update", "catalog status", "catalog reattribute", "verify", "resolve",
            "key evidence", "key public", "key privacy", "version",
        ] {
            #expect(names.contains(name), "\(name)")
        }
    }

    @Test("Every command has help with its usage, and an abstract that is one sentence")
    func help() {
        for (path, type) in everyCommand {
            let text = Egret.helpMessage(for: type, columns: 120)
            let name = path.joined(separator: " ")
            #expect(text.contains("USAGE: egret \(name)"), "\(name)")
            let abstract = type.configuration.abstract
            #expect(abstract.hasSuffix("."), "\(name): \(abstract)")
            #expect(abstract.first?.isUppercase == true, "\(name): \(abstract)")
            #expect(!abstract.dropLast().contains(". "), "\(name): \(abstract)")
        }
    }

    @Test("An option that a command does not have is wrong usage, and nothing is written to standard output")
    func unknownOptions() {
        for (path, type) in everyCommand where type.configuration.subcommands.isEmpty && path != ["audit"] {
            let result = egret(path + ["--no-such-option"])
            #expect(result.status == 2, "\(path): \(result)")
            #expect(result.errors.contains("Usage: egret"), "\(path): \(result)")
            #expect(result.output.isEmpty, "\(path)")
        }
    }

    @Test("A misspelt command names the one that was meant")
    func misspelt() throws {
        for (typed, meant) in [
            ("anlyze", "analyze"), ("wacth", "watch"), ("catalgo", "catalog"), ("doctr", "doctor"),
        ] {
            #expect(throws: ValidationError.self) { try Egret.arguments([typed]) }
            do {
                _ = try Egret.arguments([typed, "x"])
            } catch {
                #expect("\(error)".contains("did you mean '\(meant)'?"), "\(error)")
            }
        }
        #expect(try Egret.arguments(["analyze", "anlyze"]) == ["analyze", "anlyze"])
        #expect(try Egret.arguments([]) == [])
        #expect(try Egret.arguments(["-V"]) == ["--version"])
        #expect(try Egret.arguments(["--anlyze"]) == ["--anlyze"])
        #expect(try Egret.arguments(["zzzzzzzz"]) == ["zzzzzzzz"])
    }

    @Test("The version is three numbers, and two commands print it")
    func version() {
        let parts = Version.current.split(separator: "-")[0].split(separator: ".")
        #expect(parts.count == 3 && parts.allSatisfy { UInt32($0) != nil }, "\(Version.current)")
        let result = egret("version")
        #expect(result.status == 0 && result.output.contains(Version.current), "\(result)")
    }
}
