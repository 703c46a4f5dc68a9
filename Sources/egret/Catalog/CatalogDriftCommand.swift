import ArgumentParser
import Capture
import Events
import Foundation
import Monitor
import Rules
import Vendors

/// `egret catalog drift`: lists traffic of known clients that the catalog does not match.
struct CatalogDriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Say which hosts in captures of real clients no entry names, and which entries were never seen.",
        discussion: """
            With --learn it also writes an allow list of the far ends that answered, each with the reason why it is there: for the \
            sandbox of an agent whose captured traffic is known to be good. A FILE that ends in .yaml or .yml is a policy with that \
            list, which alerts on anything else; any other is a list with an entry a line, for a rule's list.
            Exit status: 0 whatever was found, 1 if a file could not be read at all, or FILE exists or cannot be written.
            """)

    @OptionGroup var catalog: CatalogOptions
    @Option(help: "text for people, or jsonl: an object a line.") var format = CatalogLookupCommand.Format.text
    @Option(help: "Write the allow list that is learned to this file, which must not exist.") var learn: String?
    @Argument(help: "Capture files and directories; - is standard input.") var files: [String]

    func run() throws {
        let catalog = try catalog.load()
        let knowledge = try RuleDefaults.knowledge(catalog, options: self.catalog)
        let contents: RunRecord.Contents = learn == nil ? .hosts : [.hosts, .farEnds]
        let (record, isRead) = try Terminal.record(contents, configuration: .reading(files), referenceData: knowledge)
        let drift = CatalogDrift(observed: record.hosts, catalog: catalog)
        switch format {
        case .text: Terminal.print(drift.text)
        case .jsonl: for line in drift.jsonLines { Terminal.print(line) }
        }
        if let learn { try write(AllowList(record.farEnds.values, omitted: record.omitted), to: learn, catalog) }
        if !isRead { throw ExitCode.failure }
    }

    /// Writes the allow list, after a policy was read back and has passed its own tests.
    private func write(_ list: AllowList, to path: String, _ known: Catalog) throws {
        let isPolicy = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
        if isPolicy { try test(list.policyText, named: path, known) }
        let text = isPolicy ? list.policyText : list.listText
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            let why = exists ? "it exists already" : error.localizedDescription
            Terminal.write("egret: error: \(path) cannot be written: \(why)")
            throw ExitCode.failure
        }
        Terminal.write("egret: \(path): learned \(list.summary)")
    }

    private func test(_ text: String, named path: String, _ known: Catalog) throws {
        let load = RuleSet.load(
            [RuleSource(name: path, text: text)], vocabulary: try RuleDefaults.vocabulary(known, catalog))
        let results = try load.rules.map { try RuleDefaults.runner(known, catalog).run($0) } ?? []
        guard load.rules != nil, !results.isEmpty, results.allSatisfy({ $0.outcome == .passed }) else {
            Terminal.write(load.report.rendered(as: .text) + results.map { "\($0)\n" }.joined())
            throw ExitCode.failure
        }
    }
}

extension Terminal {
    /// An offline run that keeps `contents`, with its warnings on standard error, and whether every file was read; the command's
    /// end if it fails.
    static func record(
        _ contents: RunRecord.Contents, configuration: Configuration, referenceData knowledge: ReferenceData
    ) throws -> (record: RunRecord, isRead: Bool) {
        do throws(CaptureError) {
            let (record, warnings, unread) = try OfflineRun.record(
                contents, configuration: configuration, referenceData: knowledge)
            for error in unread { write("egret: error: \(error)") }
            for warning in warnings { write("egret: warning: \(warning)") }
            if record.omitted > 0 {
                write("egret: warning: \(record.omitted) more did not fit, \(record.capacity) are kept")
            }
            return (record, unread.isEmpty)
        } catch {
            write("egret: error: \(error)")
            throw ExitCode.failure
        }
    }
}

extension Configuration {
    /// An offline run over `files` that writes no event.
    static func reading(_ files: [String]) -> Configuration {
        let sensor = SensorIdentity(id: "offline", version: Version.current, boot: "offline")
        return Configuration(sensor: sensor, mode: .offline, sources: files)
    }
}
