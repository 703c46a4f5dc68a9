import ArgumentParser
import Audit
import AuditInput
import Foundation

/// `egret audit`: captures and keys in; connections, requests and findings out.
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Say what the requests of a recording hold: connections, requests and findings.",
        discussion: """
            Keys are read from --keys, from NAME.keys next to NAME.pcap, and from Decryption Secrets Blocks of pcapng. \
            Files named *.har are read as HAR 1.2. Values are shown as kind, length and a keyed hash unless --show-values is given. \
            Exit status: 0 if all connections were opened, 3 if some were not, 1 if a file could not be read.
            """)

    /// The forms of the output.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, jsonl, html
    }

    @Option(help: "The form of the output: a report, one JSON object a line, or one HTML page.") var format = Format
        .text
    @Option(help: ArgumentHelp("A key log, or a directory of key logs; may be given several times.", valueName: "path"))
    var keys: [String] = []
    @Option(
        help: ArgumentHelp(
            "Values to search for, in every form: a file with 'known:' and NAME: VALUE lines.", valueName: "file"))
    var known: String?
    @OptionGroup var values: ValueOptions
    @Argument(help: "Captures: files and directories; - is standard input. Or HAR files.") var captures: [String]

    func run() throws {
        let isComplete: Bool
        do throws(AuditInputError) { isComplete = try audit() } catch {
            Output.complain("egret audit: error: \(error)")
            throw ExitCode.failure
        }
        guard isComplete else { throw ExitCode(3) }
    }

    private func audit() throws(AuditInputError) -> Bool {
        var basis: [AuditSource] = []
        if let known { basis.append(try RecordingReader.digest(of: known)) }
        let output = FindingOutput(known: try KnownFile.values(known), display: try values.display(), basis: basis)
        let reader = RecordingReader(keys: keys)
        let captures = self.captures.filter { !$0.hasSuffix(".har") }
        var recordings: [RecordingReader.Recording] = []
        if !captures.isEmpty { recordings.append(try reader.read(captures: captures, auditor: output.auditor)) }
        for path in self.captures where path.hasSuffix(".har") {
            recordings.append(try reader.read(har: path, auditor: output.auditor))
        }
        for recording in recordings {
            let reading = recording.reading
            let notices = reading.map { AuditNotice.lines($0) + $0.warnings } ?? []
            for line in notices + (recording.examined?.notices ?? []) { Output.complain(line) }
        }
        switch format {
        case .jsonl: try values.write(output.records(recordings))
        case .text: try values.write([output.report(recordings).text])
        case .html:
            try values.write([AuditPage.html([output.report(recordings)], version: EgretAudit.configuration.version)])
        }
        return recordings.allSatisfy { $0.reading?.totals.isComplete ?? true }
    }
}

/// The file of `--known`.
enum KnownFile {
    /// The values of the file, or none if there is no file.
    static func values(_ path: String?) throws(AuditInputError) -> KnownValues {
        guard let path else { return KnownValues() }
        let bytes = try RecordingReader.contents(path, limit: 4 << 20)
        do throws(KnownValuesError) { return try KnownValues(file: path, bytes: bytes) } catch {
            throw AuditInputError(error.messages.joined(separator: "\n"))
        }
    }
}
