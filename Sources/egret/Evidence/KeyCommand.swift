import ArgumentParser
import Bytes
import Events
import Foundation

/// `egret key`: the keys that a sensor holds.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make the keys that a sensor holds.",
        subcommands: [EvidenceKeyCommand.self, PublicKeyCommand.self, PrivacyKeyCommand.self])
}

/// `egret key evidence`: a key that seals logs.
struct EvidenceKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Make a key that seals logs (--evidence-key), and print its public half.",
        discussion: "The same as: openssl genpkey -algorithm ed25519 -out FILE. A file that exists is left alone.")

    @Argument(help: "The file to make; only its owner will be able to read it.") var file: String

    func run() throws {
        let key = EvidenceKey()
        try KeyCommand.reportingFailure { try PrivateFile.create(file, key.pem) }
        Terminal.print(key.publicPEM, terminator: "")
    }
}

/// `egret key public`: the public half of a key.
struct PublicKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "public", abstract: "Print the public half of a key that seals logs.")

    @Argument(help: "The file of the key.") var file: String

    func run() throws {
        try KeyCommand.reportingFailure { Terminal.print(try EvidenceKey(file: file).publicPEM, terminator: "") }
    }
}

/// `egret key privacy`: a key of pseudonyms.
struct PrivacyKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privacy",
        abstract: "Make a key of pseudonyms (--privacy-key), in a new file or as a further key of one.",
        discussion: """
            A further key is used for what begins from --from on; those before it stay in the file, so that egret resolve \
            can go back from what was written by them. Its id, as it is in events, is printed.
            """)

    @Option(help: "The moment from which the key is used, 2026-12-01T00:00:00Z; now unless given.") var from: String?
    @Argument(help: "The file; only its owner will be able to read it.") var file: String

    func run() throws {
        try KeyCommand.reportingFailure {
            let moment = try from.map { try PrivacyKeys.moment($0) } ?? .now
            let time = Timestamp(seconds: moment.nanoseconds / 1_000_000_000, nanoseconds: 0)
            let line = PrivacyKeys.line(from: time)
            if FileManager.default.fileExists(atPath: file) {
                try PrivacyKeys.add(line, to: file)
            } else {
                try PrivateFile.create(file, line)
            }
            for key in try PrivacyKeys(file: file).keys where key.from == time { Terminal.print(key.id) }
        }
    }
}

extension KeyCommand {
    /// Runs `body`, and says on standard error what is wrong with a key file.
    static func reportingFailure(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as EvidenceError {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        }
    }
}
