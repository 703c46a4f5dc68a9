import ArgumentParser
import AuditInput
import Foundation

/// `egret audit`: captures and keys in, connections and requests out.
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "List the connections and requests of a recording.",
        discussion: """
            Keys are read from --keys, from NAME.keys beside NAME.pcap, and from Decryption Secrets Blocks of pcapng. \
            Exit status: 0 if all connections were opened, 3 if some were not, 1 if a file could not be read.
            """)

    /// The forms of the output.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, jsonl
    }

    @Option(help: "The form of the output.") var format = Format.text
    @Option(help: ArgumentHelp("A key log, or a directory of key logs; may be given several times.", valueName: "path"))
    var keys: [String] = []
    @Argument(help: "Captures: files and directories; - is standard input.") var captures: [String]

    func run() throws {
        let reading: AuditReading
        do throws(AuditInputError) {
            reading = try AuditReader(captures: captures, keys: keys).read()
        } catch {
            Output.complain("egret audit: error: \(error)")
            throw ExitCode.failure
        }
        for line in AuditNotice.lines(reading) + reading.warnings { Output.complain(line) }
        switch format {
        case .jsonl: Output.write(AuditRecords.lines(reading))
        case .text: Output.write(RequestList.lines(reading))
        }
        guard reading.totals.isComplete else { throw ExitCode(3) }
    }
}
