import ArgumentParser
import Foundation
import Host

/// `egret audit`: runs `egret-audit`, a separate program, since the sensor contains no decryption.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Say what a client really sent, from a recording and its keys (egret-audit).",
        discussion: """
            Runs egret-audit, which is installed beside egret or in ../libexec/egret, with the same arguments. \
            egret audit --help shows its options.
            """)

    @Argument(parsing: .captureForPassthrough, help: "The arguments of egret-audit.") var arguments: [String] = []

    func run() throws {
        guard let program = Self.candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            Terminal.write(
                "egret: error: egret-audit is not installed (looked for \(Self.candidates.joined(separator: ", "))). "
                    + "It is a package of its own: install egret-audit, or build it with "
                    + "swift build -c release --product egret-audit")
            throw ExitCode.failure
        }
        let reason = ProgramReplacement.run(program, arguments)
        Terminal.write("egret: error: \(program) cannot be run: \(reason)")
        throw ExitCode.failure
    }

    /// Where the program may be: beside this one, and in the directory for programs that people do not start themselves.
    private static var candidates: [String] {
        guard let own = ProgramReplacement.ownPath else { return [] }
        let directory = URL(fileURLWithPath: own).deletingLastPathComponent()
        return [
            directory.appendingPathComponent("egret-audit").path,
            directory.deletingLastPathComponent().appendingPathComponent("libexec/egret/egret-audit").path,
        ]
    }
}
