import ArgumentParser
import Bytes
import Capture
import Events
import Foundation
import Monitor
import Settings

/// `egret watch`: live interfaces in, events out, until SIGINT or SIGTERM.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch live interfaces.",
        discussion: """
            Needs CAP_NET_RAW. SIGHUP reads rules and catalogue anew, all of them or none, and opens output files anew. \
            Exit status: 0 after SIGINT or SIGTERM, 1 where an interface fails.
            """)

    @OptionGroup var options: RunOptions<LiveSettings>

    func run() throws {
        let stop = CaptureStop()
        let reload = ReloadRequest()
        Signals.ignoreBrokenPipes()
        let signals = Signals(stop, reload)
        defer { signals.cancel() }
        let configuration = try configuration(try options.settings())
        do {
            let knowledge = try Knowledge(configuration)
            var run = try LiveRun(configuration, knowledge, stop: stop, reload: reload, at: .now)
            if let failure = run.outputFailure {
                Terminal.write("egret: error: the output cannot be opened: \(failure)")
                throw ExitCode.failure
            }
            Terminal.write("egret: watching \(configuration.sources.joined(separator: ", "))")
            try Terminal.report(try run.run { .now })
        } catch let error as CaptureError {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        } catch let error as Knowledge.Failure {
            Terminal.write("\(error)")
            throw ExitCode.failure
        }
    }

    private func configuration(_ settings: Settings) throws -> Configuration {
        let start = Timestamp.now
        let identity = SensorIdentity(
            id: settings.text(.sensorID) ?? ProcessInfo.processInfo.hostName, version: Version.current,
            boot: String(UInt64(bitPattern: start.nanoseconds) / 1_000_000, radix: 36))
        let interfaces = settings.texts(.interfaces)
        guard !interfaces.isEmpty else {
            throw ValidationError(
                "no interface; name one with --interface, or in sources.interfaces of the configuration")
        }
        var configuration = Configuration(sensor: identity, mode: .live, sources: interfaces)
        try configuration.apply(effective: settings)
        return configuration
    }
}

extension Timestamp {
    /// The time of day, the only place where the program asks for it.
    static var now: Timestamp {
        Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
    }
}
