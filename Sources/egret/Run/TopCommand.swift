public import ArgumentParser
import Delivery
import Foundation
import Host
public import Reporting
import Settings
import Status

/// `egret top`: what a running sensor sees, in a terminal.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show what a running sensor sees.",
        discussion: """
            Products, sources, open alerts and health of the last hour, once a second. It asks the sensor at the address of \
            http.listen in its configuration; the sensor answers if http.page is true.

            KEYS
              q quit, s sort, / filter, p pause, h help

            EXAMPLES
              egret top
              egret top --connect unix:/run/egret/http.sock
              egret top --once --sort requests | head -20

            In a pipe one frame is printed, as with --once. COLUMNS sets its width, NO_COLOR turns colors off. \
            Exit status: 0, 1 if the sensor does not answer at the start, 2 for wrong usage.
            """)

    @Option(
        help: ArgumentHelp("Where the sensor listens: 127.0.0.1:PORT, [::1]:PORT or unix:PATH.", valueName: "address"))
    var connect: String?
    @Option(help: "The configuration file of the sensor; EGRET_CONFIG names it too.") var config: String?
    @Option(help: "Sort by \(TopView.Order.allCases.map(\.rawValue).joined(separator: ", ")).")
    var sort = TopView.Order.bytes
    @Option(help: ArgumentHelp("Show only rows with this text.", valueName: "text")) var filter = ""
    @Flag(help: "Print one frame and end.") var once = false

    func validate() throws {
        if let connect, ListenAddress(connect) == nil {
            throw ValidationError(
                "--connect \(connect): an address is 127.0.0.1:9477, [::1]:9477 or unix:/run/egret/http.sock")
        }
    }

    func run() throws {
        var view = TopView()
        view.order = sort
        view.filter = filter
        let reader = SnapshotReader(StatusClient(try address.client))
        let first: LiveSnapshot
        do throws(SnapshotReader.Failure) { first = try reader.read() } catch {
            Terminal.write("egret: error: \(error.words)")
            throw ExitCode.failure
        }
        guard !once, Terminal.isOutputPresent, var screen = TopScreen(view) else {
            HeldSignals.release()
            let width = Terminal.outputWidth ?? Terminal.givenWidth ?? 100
            let frame = TopFrame(first, view: view, width: width, isColored: Terminal.isOutputColored)
            return Terminal.write(output: frame.lines().joined(separator: "\n") + "\n")
        }
        screen.run(reader, first)
    }

    /// The address that was given, or the first of the configuration.
    private var address: ListenAddress {
        get throws {
            if let connect, let address = ListenAddress(connect) { return address }
            let options = try RunOptions<LiveSettings>.parse(config.map { ["--config", $0] } ?? [])
            let settings = try options.settings()
            guard let address = settings.texts(.httpListen).compactMap({ ListenAddress($0) }).first else {
                throw ValidationError(
                    "no address of a sensor; name one with --connect, or http.listen in the configuration of the sensor"
                )
            }
            return address
        }
    }
}

extension TopView.Order: ExpressibleByArgument {}

extension ListenAddress {
    /// The address for one who asks.
    fileprivate var client: StatusClient.Address {
        switch self {
        case .unix(let path): .unix(path)
        case .tcp(let host, let port): .tcp(host: host, port: port)
        }
    }
}

/// Reads snapshots from a sensor.
final class SnapshotReader: Sendable {
    /// Why there is no snapshot.
    struct Failure: Error {
        /// For a person.
        let words: String
    }

    private let client: StatusClient

    /// A reader that asks by `client`.
    init(_ client: StatusClient) { self.client = client }

    /// The latest snapshot. Waits ten seconds at the most.
    func read() throws(Failure) -> LiveSnapshot {
        let reply: StatusClient.Reply
        do { reply = try client.get("/live/snapshot.json") } catch {
            throw Failure(words: "the sensor does not answer: \(error)")
        }
        guard reply.status == 200 else {
            let why = reply.status == 404 ? "it has no live page; set http.page: true in its configuration" : reply.text
            throw Failure(words: "the sensor answers \(reply.status): \(why)")
        }
        guard let snapshot = try? JSONDecoder().decode(LiveSnapshot.self, from: Data(reply.text.utf8)),
            snapshot.version == LiveSnapshot.currentVersion
        else { throw Failure(words: "what answers is no sensor of this version of egret") }
        return snapshot
    }
}
