import ArgumentParser
import Events
import Foundation

/// `egret verify`: checks that a directory of log files is unchanged.
struct VerifyCommand: ParsableCommand {
    /// How the verdict is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether any line of a directory of log files was lost, changed or moved, and where.",
        discussion: """
            For logs that were written with --evidence-key. It believes only what a seal covers, and says how many lines are. \
            Without --public-key the seals of any key count. A head that was printed earlier and is given as --head, and the anchor \
            events that another machine received and that are given as --anchors, show whether the log was cut off or rolled back. \
            Exit status: 0 if no fault was found, 1 if one was.
            """)

    @Option(help: "The file of a public key (or the key itself) whose seals count; may be given several times.")
    var publicKey: [String] = []
    @Option(help: "A head that was noted earlier, and has to be in the log still; may be given several times.")
    var head: [String] = []
    @Option(help: "A file of JSON lines with the anchor events that were received; see evidence.anchor.") var anchors:
        String?
    @Option(help: "The file output whose anchors count, as in the outputs of the start event.") var anchorOutput =
        "file"
    @Flag(help: "Lines that no seal covers are a fault, as in a log that has ended.") var strict = false
    @Option(help: "text or json.") var format = Format.text
    @Argument(help: "The directory that was given as --output.") var directory: String

    func run() throws {
        try KeyCommand.reportingFailure {
            let trusted = try publicKey.map { try EvidenceKey.publicKey(file: $0) }
            var verifier = LogVerifier(directory: directory, trusted: trusted)
            let verdict = try verifier.verify(noted: head, anchors: try receivedAnchors())
            Terminal.print(format == .json ? try json(verdict) : verdict.text)
            if !verdict.isIntact || (strict && verdict.unsealedLines > 0) { throw ExitCode.failure }
        }
    }

    private func receivedAnchors() throws -> [LogAnchor] {
        guard let anchors else { return [] }
        guard let text = FileManager.default.contents(atPath: anchors) else {
            Terminal.write("egret: error: \(anchors): cannot be read")
            throw ExitCode.failure
        }
        return try LogAnchor.read(text, file: anchors, output: anchorOutput)
    }

    private func json(_ verdict: LogVerdict) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(verdict), as: UTF8.self)
    }
}
