import ArgumentParser
import Events
import Foundation

/// `egret verify`: whether a directory of log files is what was written.
struct VerifyCommand: ParsableCommand {
    /// How the verdict is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether any line of a directory of log files was lost, changed or moved, and where.",
        discussion: """
            For logs that were written with --evidence-key. Without --public-key any key that is consistent counts; with \
            it, that one alone. The head that is printed last, kept elsewhere and given as --head later, shows whether the \
            end was cut off. Exit status: 0 where the log is intact, 1 where it is not.
            """)

    @Option(help: "The file of the public key (or the key itself) that has to have signed.") var publicKey: String?
    @Option(help: "A head that was noted earlier, and has to be in the log still.") var head: String?
    @Option(help: "text or json.") var format = Format.text
    @Argument(help: "The directory that was given as --output.") var directory: String

    func run() throws {
        try KeyCommand.reportingFailure {
            let trusted = try publicKey.map { try EvidenceKey.publicKey(file: $0) }
            var verifier = LogVerifier(directory: directory, trusted: trusted)
            let verdict = try verifier.verify(head: head)
            print(format == .json ? try json(verdict) : verdict.text)
            if !verdict.isIntact { throw ExitCode.failure }
        }
    }

    private func json(_ verdict: LogVerdict) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(verdict), as: UTF8.self)
    }
}
