import ArgumentParser
import Capture
import Events
import Monitor
import Vendors

/// `egret catalog drift`: where real clients and the catalog have parted.
struct CatalogDriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Say which hosts in captures of real clients no entry names, and which entries were never seen.",
        discussion: "Exit status: 0 whatever was found, 1 if a file could not be read at all.")

    @OptionGroup var catalog: CatalogOptions
    @Option(help: "text for people, or jsonl: an object a line.") var format = CatalogLookupCommand.Format.text
    @Argument(help: "Capture files and directories; - is standard input.") var files: [String]

    func run() throws {
        let catalog = try catalog.load()
        let knowledge = try RuleDefaults.knowledge(catalog, self.catalog)
        let (record, isRead) = try Terminal.record(.hosts, .reading(files), knowledge)
        let drift = CatalogDrift(observed: record.hosts, catalog: catalog)
        switch format {
        case .text: Terminal.print(drift.text)
        case .jsonl: for line in drift.jsonLines { Terminal.print(line) }
        }
        if !isRead { throw ExitCode.failure }
    }
}

extension Terminal {
    /// An offline run that keeps `contents`, with its warnings on standard error, and whether every file was read; the command's
    /// end if it fails.
    static func record(
        _ contents: RunRecord.Contents, _ configuration: Configuration, _ knowledge: ReferenceData
    ) throws -> (record: RunRecord, isRead: Bool) {
        do throws(CaptureError) {
            let (record, warnings, unread) = try OfflineRun.record(contents, configuration, knowledge)
            for error in unread { write("egret: error: \(error)") }
            for warning in warnings { write("egret: warning: \(warning)") }
            if record.omitted > 0 {
                write("egret: warning: \(record.omitted) more found no room, \(record.capacity) are kept")
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
