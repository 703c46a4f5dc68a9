import ArgumentParser
import Audit
import AuditInput

/// `egret audit redact`: records without values, to be given to the other side.
struct RedactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Take values, addresses and names of hosts out of records that were written as jsonl.",
        discussion: """
            Fields, findings, counts, probabilities and the digests of the recordings stay. Every member that is not known to be \
            harmless is left out.
            """)

    @Option(help: ArgumentHelp("Keep the name of this host; may be given several times.", valueName: "host"))
    var keepHost: [String] = []
    @Option(help: ArgumentHelp("Write to this file, readable by its owner alone.", valueName: "file")) var output:
        String?
    @Argument(help: "A file that egret audit --format jsonl wrote.") var records: String

    func run() throws {
        do throws(AuditInputError) {
            var redaction = Redaction(keepingHosts: Set(keepHost))
            var lines: [String] = []
            let bytes = try RecordingReader.contents(records, limit: 1 << 30)
            for (number, line) in bytes.split(separator: 0x0A).enumerated() {
                do throws(FieldError) {
                    if let text = try redaction.redact(Array(line)) { lines.append(text) }
                } catch {
                    throw AuditInputError(
                        "\(records):\(number + 1): the line is not a JSON object that egret audit wrote")
                }
            }
            try Output.write(lines, to: output)
        } catch {
            Output.complain("egret audit: error: \(error)")
            throw ExitCode.failure
        }
    }
}
