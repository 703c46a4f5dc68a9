import ArgumentParser
import Bytes
import Capture
import Events
import Flows
import Foundation
import Monitor

/// `egret watch`: live interfaces in, events out, until SIGINT or SIGTERM.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch live interfaces.",
        discussion: """
            Needs CAP_NET_RAW. SIGHUP reads rules and catalogue anew, all of them or none, and opens output files anew. \
            Exit status: 0 after SIGINT or SIGTERM, 1 where an interface fails.
            """)

    @OptionGroup var options: RunOptions
    @Option(help: "The interface; may be given several times. any takes all of them.") var interface: [String]
    @Option(help: "The most bytes of a frame that are captured.") var snaplen = 262_144
    @Option(help: "The kernel's ring, in bytes; KiB, MiB and GiB are understood.") var bufferSize = ByteSize(16 << 20)
    @Flag(inversion: .prefixedNo, help: "Also take frames that are for others.") var promiscuous = true
    @Option(help: "Seconds after which a flow that lives on is reported; 0 for never.") var activeTimeout = 300.0

    @Flag(
        inversion: .prefixedNo, help: "Also read rules and catalogue anew when their files change, not only on SIGHUP.")
    var reloadOnChange = true

    func validate() throws {
        guard (64...16_777_216).contains(snaplen) else {
            throw ValidationError("--snaplen \(snaplen) is not between 64 and 16777216")
        }
        try RunOptions.check(seconds: activeTimeout, of: "--active-timeout")
    }

    func run() throws {
        let stop = CaptureStop()
        let reload = ReloadRequest()
        Signals.ignoreBrokenPipes()
        let signals = Signals(stop, reload)
        defer { signals.cancel() }
        var configuration = self.configuration
        try options.apply(to: &configuration)
        do {
            let knowledge = try Knowledge(configuration)
            var run = try LiveRun(configuration, knowledge, stop: stop, reload: reload, at: .now)
            if let failure = run.outputFailure {
                Terminal.write("egret: error: the output cannot be opened: \(failure)")
                throw ExitCode.failure
            }
            Terminal.write("egret: watching \(interface.joined(separator: ", "))")
            try Terminal.report(try run.run { .now })
        } catch let error as CaptureError {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        } catch let error as Knowledge.Failure {
            Terminal.write("\(error)")
            throw ExitCode.failure
        }
    }

    private var configuration: Configuration {
        let start = Timestamp.now
        let identity = SensorIdentity(
            id: options.sensorID ?? ProcessInfo.processInfo.hostName, version: Version.current,
            boot: String(UInt64(bitPattern: start.nanoseconds) / 1_000_000, radix: 36))
        var configuration = Configuration(sensor: identity, mode: .live, sources: interface)
        configuration.snapshotLength = snaplen
        configuration.bufferSize = bufferSize.bytes
        configuration.isPromiscuous = promiscuous
        configuration.reloadsOnChange = reloadOnChange
        configuration.policy.active = RunOptions.nanoseconds(activeTimeout)
        return configuration
    }
}

extension Timestamp {
    /// The time of day, the only place where the program asks for it.
    static var now: Timestamp {
        Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
    }
}

/// A number of bytes as a person writes it: `8388608`, `8MiB`, `64KiB`.
struct ByteSize: ExpressibleByArgument {
    let bytes: Int

    init(_ bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)]
        let unit = units.first { argument.hasSuffix($0.0) }
        let digits = unit.map { argument.dropLast($0.0.count) } ?? argument[...]
        guard let number = Int(digits), number > 0, number <= Int(Int32.max) >> (unit?.1 ?? 0) else { return nil }
        bytes = number << (unit?.1 ?? 0)
    }

    var defaultValueDescription: String { "\(bytes)" }
}
