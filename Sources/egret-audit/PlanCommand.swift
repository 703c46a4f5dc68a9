import ArgumentParser
import Audit
import AuditInput
import Bytes
import Crypto
import Foundation

/// `egret audit plan`: writes down what will be recorded, before it is.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write the plan of a comparison before recording it.",
        discussion: """
            A setting is NAME, NAME,zone=ZONE or NAME,canary=TEXT (or both). The canary is a text that is in the requests if the \
            setting took effect. Useful controls: the same setting under two names, and a zone of the same offset.
            """)

    @Option(help: ArgumentHelp("A setting; give two or more.", valueName: "name[,zone=zone][,canary=text]"))
    var setting: [String]
    @Option(help: "The number of runs of each setting. 5 can show p = 0.0079, 6 can show p = 0.0022.") var runs = 6
    @Option(help: "The seed of the order of the runs.") var seed: UInt64?
    @Option(help: "What is expected, in one sentence.") var hypothesis: String
    @Option(help: ArgumentHelp("The program file of the client; its SHA-256 is written down.", valueName: "file"))
    var client: String?

    func validate() throws {
        guard setting.count >= 2 else { throw ValidationError("give --setting twice or more") }
        guard (2...1000).contains(runs) else { throw ValidationError("--runs is 2 to 1000") }
    }

    func run() throws {
        do throws(AuditInputError) {
            let settings = try setting.map(Self.setting)
            let digest = try client.map { path throws(AuditInputError) in
                SHA256.hash(data: try RecordingReader.contents(path, limit: 1 << 30)).hexadecimalText
            }
            let plan = AuditPlan(
                settings: settings, runs: runs, seed: seed ?? UInt64.random(in: 1...999_999), hypothesis: hypothesis,
                client: digest, created: ISO8601DateFormatter().string(from: Date()))
            Output.write([String(plan.yaml.dropLast())])
        } catch {
            Output.complain("egret audit: error: \(error)")
            throw ExitCode.failure
        }
    }

    private static func setting(_ text: String) throws(AuditInputError) -> AuditPlan.Setting {
        let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let name = pieces.first, !name.isEmpty else { throw AuditInputError("'\(text)' names no setting") }
        var setting = AuditPlan.Setting(name: name)
        for piece in pieces.dropFirst() {
            let (key, value) = try CompareCommand.pair(piece, "zone=ZONE or canary=TEXT")
            switch key {
            case "zone":
                guard TimeZone(identifier: value) != nil else {
                    throw AuditInputError(
                        "'\(value)' of setting '\(name)' is no time zone; write an IANA name, such as Asia/Tokyo")
                }
                setting.timeZone = value
            case "canary": setting.canary = value
            default: throw AuditInputError("'\(key)' of setting '\(name)' is unknown; zone and canary are read")
            }
        }
        return setting
    }
}

/// The file of `--plan`.
enum PlanFile {
    /// The plan, or `nil` without a file.
    static func read(_ path: String?) throws(AuditInputError) -> AuditPlan? {
        guard let path else { return nil }
        let bytes = try RecordingReader.contents(path, limit: 4 << 20)
        do throws(KnownValuesError) { return try AuditPlan(file: path, bytes: bytes) } catch {
            throw AuditInputError(error.messages.joined(separator: "\n"))
        }
    }
}
