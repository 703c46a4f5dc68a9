import ArgumentParser
import Foundation
import Rules
import Vendors

/// `egret rules init`: a policy to begin with.
struct RulesInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a policy to begin with, with its tests.",
        subcommands: [RulesInitBanCommand.self])
}

/// `egret rules init ban`: a ban of vendors from a date on.
struct RulesInitBanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ban", abstract: "Write a policy that bans vendors from a date on.",
        discussion: """
            The policy's tests are run before it is written. Example:
              egret rules init ban --vendor anthropic --from 2026-07-10 --timezone Asia/Shanghai --output policies/ban.yaml
            Exit status: 0, or 1 if the file exists or cannot be written, 2 for wrong usage.
            """)

    @Option(name: .long, help: "The id of a vendor, as egret catalog list shows it; may be given several times.")
    var vendor: [String]
    @Option(help: "The first day of the ban, as 2026-07-10.") var from: String
    @Option(help: "The time zone in which that day begins.") var timezone = "UTC"
    @Option(name: .shortAndLong, help: "The file to write, which must not exist; standard output if none is named.")
    var output: String?
    @OptionGroup var catalog: CatalogOptions

    func run() throws {
        let known = try catalog.load()
        let policy: BanPolicy
        do throws(BanPolicy.Problem) {
            policy = try BanPolicy(vendors: vendor, from: from, in: timezone, known)
        } catch {
            throw ValidationError(error.description)
        }
        try test(policy, known)
        guard let output else { return Terminal.print(policy.text, terminator: "") }
        do {
            try Data(policy.text.utf8).write(to: URL(fileURLWithPath: output), options: .withoutOverwriting)
        } catch {
            let exists = FileManager.default.fileExists(atPath: output)
            let why = exists ? "it exists already" : error.localizedDescription
            Terminal.write("egret: error: \(output) cannot be written: \(why)")
            throw ExitCode.failure
        }
        Terminal.print("\(output): rule \(policy.id), tested; egret watch --rules \(output) uses it")
    }

    /// Holds that what is written is without errors and passes its own tests.
    private func test(_ policy: BanPolicy, _ known: Catalog) throws {
        let source = RuleSource(name: output ?? "ban.yaml", text: policy.text)
        let load = RuleSet.load([source], vocabulary: try RuleDefaults.vocabulary(known, catalog))
        let results = try load.rules.map { try RuleDefaults.runner(known, catalog).run($0) } ?? []
        guard load.rules != nil, !results.isEmpty, results.allSatisfy({ $0.outcome == .passed }) else {
            Terminal.write(load.report.rendered(as: .text) + results.map { "\($0)\n" }.joined())
            throw ExitCode.failure
        }
    }
}
