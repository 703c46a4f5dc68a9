import ArgumentParser
import Bytes
import Capture
import Events
import Foundation
import Host
import Monitor
import Settings

/// `egret watch`: live interfaces in, events out, until SIGINT or SIGTERM.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch live interfaces.",
        discussion: """
            Needs CAP_NET_RAW. SIGHUP reads rules and catalog again, all of them or none, and opens output files again; \
            SIGUSR1 writes a stats event. Once interfaces are open, rights are given up: see --user and --sandbox. \
            On a terminal events are lines for a person (--format native brings JSON), in a pipe or a file they are JSON. \
            Exit status: 0 after SIGINT or SIGTERM, 1 if an interface fails.

            EXAMPLES
              egret watch --interface eth0 --flows all
              egret watch -o /var/log/egret --interface eth0 --user egret
            """)

    @OptionGroup var options: RunOptions<LiveSettings>

    func run() throws {
        do {
            try watch(try Self.configuration(try options.settings()))
        } catch let error as ReferenceData.LoadError {
            Terminal.write("\(error)")
            throw ExitCode.failure
        } catch let failure as SinkError {
            Terminal.write("egret: error: the output cannot be opened: \(failure)")
            throw ExitCode.failure
        } catch let error where error is CaptureError || error is HostError {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        }
    }

    /// Opens what needs rights, gives the rights up, and only then starts threads, opens outputs and reads packets.
    private func watch(_ given: Configuration) throws {
        let live =
            given.showsPage ? LiveBoard(sensor: given.sensor.id, version: Version.current) { .now } : nil
        var configuration = given
        configuration.liveFeed = live?.feed
        let stop = CaptureStop()
        let requests = LiveRequests()
        let life = ServiceNotifier(
            configuration, manager: ServiceManager(environment: ProcessInfo.processInfo.environment))
        let board = StatusBoard(version: Version.current) { .now }
        let knowledge = try ReferenceData(configuration)
        for warning in knowledge.warnings { Terminal.write(warning) }
        var run = try LiveRun(configuration, knowledge, stop: stop, requests: requests, at: .now) {
            life.take($0)
            board.take($0)
            live?.take($0)
            if case .note(let words) = $0 { Terminal.write("egret: \(words)") }
        }
        // Names of users can no longer be read once rights are given up.
        let words = configuration.words
        let status = try StatusService(configuration, board: board, live: live)
        for lack in try configuration.harden(packetSockets: run.packetSockets) {
            Terminal.write("egret: warning: \(lack)")
        }
        try status?.start()
        defer { status?.stop() }
        Signals.answer(stop, requests)
        try run.begin(at: .now)
        Terminal.write("egret: watching \(configuration.sources.joined(separator: ", ")); \(words)")
        try Terminal.report(try run.run { .now })
    }

    /// What `settings` say a live run is to do.
    static func configuration(_ settings: Settings, needsInterface: Bool = true) throws -> Configuration {
        let start = Timestamp.now
        let identity = SensorIdentity(
            id: settings.text(.sensorID) ?? ProcessInfo.processInfo.hostName, version: Version.current,
            boot: String(UInt64(bitPattern: start.nanoseconds) / 1_000_000, radix: 36))
        let interfaces = settings.texts(.interfaces)
        guard !interfaces.isEmpty || !needsInterface else {
            throw ValidationError(
                "no interface; name one with --interface, or in sources.interfaces of the configuration")
        }
        var configuration = Configuration(sensor: identity, mode: .live, sources: interfaces)
        try configuration.apply(effective: settings)
        let isForm = settings.isSet(SettingKey.outputFormat.key)
        if !isForm, Terminal.isOutputPresent { configuration.outputs = configuration.outputs.map(\.readable) }
        if let state = configuration.statePath.flatMap({ SensorState(path: $0) }) {
            configuration.firstEvent = state.firstOfNextRun
        }
        return configuration
    }
}

extension OutputTarget {
    /// Standard output as lines for a person, unless it has a form of its own; any other output as it is.
    fileprivate var readable: OutputTarget {
        guard destination == .standardOutput, format == nil else { return self }
        return OutputTarget(.standardOutput, format: .text)
    }
}

extension Timestamp {
    /// The time of day, the only place where the program asks for it.
    static var now: Timestamp {
        Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
    }
}

/// The signals to a live run.
enum Signals {
    /// Answers the signals that the program has held since its start: `stop` is requested on SIGINT and SIGTERM, a reload on
    /// SIGHUP and a `stats` event on SIGUSR1. A signal that arrived before this is answered now.
    ///
    /// One thread waits for them until the process ends.
    static func answer(_ stop: CaptureStop, _ requests: LiveRequests) {
        let thread = Thread {
            while true {
                switch HeldSignals.next() {
                case SIGHUP: requests.requestReload()
                case SIGUSR1: requests.requestStats()
                default: stop.request()
                }
            }
        }
        thread.name = "egret-signals"
        thread.start()
    }

    /// A reader that goes away is an error of the write, not the end of the process.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
