import ArgumentParser
import Foundation
import Monitor
import Settings

/// `egret doctor`: checks this machine for a live run, and prints a fix for each problem.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what watch would lack here, and how to fix it.",
        discussion: """
            Takes what watch takes, and changes nothing. Exit status: 0 where watch would run, 1 where it would not.
            """)

    @OptionGroup var options: RunOptions<LiveSettings>

    func run() throws {
        let settings = try options.settings()
        let configuration = try WatchCommand.configuration(settings, needsInterface: false)
        let program = CommandLine.arguments.first ?? "egret"
        let findings = Doctor(configuration, rights: Doctor.ownRights, program: program).examine()
        for finding in findings {
            Terminal.print("\(Self.mark(finding.level)) \(finding.subject): \(finding.text)")
            if let fix = finding.fix { Terminal.print("        fix: \(fix)") }
        }
        if findings.contains(where: { $0.level == .fault }) { throw ExitCode.failure }
    }

    private static func mark(_ level: Finding.Level) -> String {
        switch level {
        case .ok: "ok     "
        case .blind: "blind  "
        case .warning: "warning"
        case .fault: "FAULT  "
        }
    }
}
