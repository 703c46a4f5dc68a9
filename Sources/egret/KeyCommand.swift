import ArgumentParser
import Events

/// `egret key`: the keys that a sensor holds.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make the keys that a sensor holds.",
        subcommands: [EvidenceKeyCommand.self, PublicKeyCommand.self])
}

/// `egret key evidence`: a key that vouches for logs.
struct EvidenceKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Make a key that vouches for logs (--evidence-key), and print its public half.",
        discussion: "The same as: openssl genpkey -algorithm ed25519 -out FILE. A file that exists is left alone.")

    @Argument(help: "The file to make; only its owner will be able to read it.") var file: String

    func run() throws {
        let key = EvidenceKey()
        try KeyCommand.reportingFailure { try PrivateFile.create(file, key.pem) }
        print(key.publicPEM, terminator: "")
    }
}

/// `egret key public`: the half of a key that others may have.
struct PublicKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "public", abstract: "Print the public half of a key that vouches for logs.")

    @Argument(help: "The file of the key.") var file: String

    func run() throws {
        try KeyCommand.reportingFailure { print(try EvidenceKey(file: file).publicPEM, terminator: "") }
    }
}

extension KeyCommand {
    /// Runs `body`, and says on standard error what is wrong with a key file.
    static func reportingFailure(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as EvidenceFailure {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        }
    }
}
