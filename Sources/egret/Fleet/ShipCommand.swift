import ArgumentParser
import Events
import Fleet
import Foundation

/// Which ClickHouse a command speaks to, and as whom.
struct ClickHouseOptions: ParsableArguments {
    @Option(help: "A file with a line USER:PASSWORD, which only its owner may read.") var credentials: String?
    @Option(help: "A file of certificates (PEM) that are trusted in place of the system's.") var authorities: String?
    @Option(help: "Seconds that the server may take to answer.") var timeout = 30

    /// The target that `text` names.
    static func target(_ text: String) throws -> ClickHouseTarget {
        do throws(OutputTarget.ParseError) {
            if let target = try ClickHouseTarget(text) { return target }
        } catch { throw ValidationError(error.message) }
        throw ValidationError("'\(text)' is no server; write clickhouse+https://HOST:PORT/DATABASE")
    }

    func validate() throws {
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout is 1 to 3600 seconds") }
    }

    /// A client of `target`, or the command's end.
    func client(_ target: ClickHouseTarget) throws -> ClickHouseClient {
        do throws(SinkError) {
            return try ClickHouseClient(
                target, credentials: credentials, authorities: authorities, milliseconds: timeout * 1_000)
        } catch {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        }
    }
}

/// `egret ship`: log files into the tables of a fleet.
struct ShipCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ship", abstract: "Send the log files of a directory to ClickHouse, and go on where it ended.",
        discussion: """
            What the server accepted is noted in a file after each batch. A batch that was sent and not noted is sent again; its \
            lines count once. A line that has no end yet is sent once it has one.
            Exit status: 0 all was sent, 1 the server refused a batch or stayed away, or a file could not be read, 2 wrong usage.

            EXAMPLES
              egret ship /var/log/egret --to clickhouse+https://ch.example:8443/egret --credentials /etc/egret/clickhouse
              egret ship /var/log/egret --to clickhouse+http://127.0.0.1:8123/egret --follow
            """)

    @Argument(help: "The directory that was given as --output.") var directory: String
    @Option(help: ArgumentHelp("Where to: clickhouse+https://HOST:PORT/DATABASE.", valueName: "server")) var to: String
    @OptionGroup var server: ClickHouseOptions
    @Option(help: "The file that notes what was sent. DIRECTORY/.egret-shipped.json unless given.") var cursor: String?
    @Flag(help: "Go on as lines are written, until the process is ended.") var follow = false
    @Option(help: "The most kilobytes of lines in a batch.") var batchKilobytes = 4_096
    @Option(help: "How often a batch is tried: after 1, 2, 4 seconds and so on, at most 60 apart.") var attempts = 8

    func validate() throws {
        guard (1...65_536).contains(batchKilobytes) else { throw ValidationError("--batch-kilobytes is 1 to 65536") }
        guard (1...100).contains(attempts) else { throw ValidationError("--attempts is 1 to 100") }
    }

    func run() throws {
        let client = try server.client(try ClickHouseOptions.target(to))
        var limits = Shipper.Limits(batchBytes: batchKilobytes << 10)
        limits.retry.attempts = attempts
        var isRead = false
        do throws(ShippingError) {
            var shipper = try Shipper(
                client, directory: directory, cursor: cursor ?? "\(directory)/.egret-shipped.json", limits: limits)
            repeat {
                try ship(&shipper)
                if follow { Thread.sleep(forTimeInterval: 1) }
            } while follow
            say(shipper.counts)
            isRead = shipper.counts.unread.isEmpty
        } catch {
            Terminal.write("egret: error: \(error)")
        }
        if !isRead { throw ExitCode.failure }
    }

    /// Ships once. A server that stays away ends a run; one with --follow tries again.
    private func ship(_ shipper: inout Shipper) throws(ShippingError) {
        do throws(ShippingError) {
            try shipper.ship()
        } catch {
            guard follow else {
                say(shipper.counts)
                throw error
            }
            Terminal.warn(error.description)
        }
    }

    private func say(_ counts: Shipper.Counts) {
        for words in counts.unread { Terminal.warn(words) }
        if let place = counts.firstUnreadable {
            Terminal.warn("\(counts.unreadable) lines are no events of egret, the first at \(place)")
        }
        Terminal.write(
            "egret: \(counts.sent) events sent in \(counts.batches) batches, \(counts.known) were there, "
                + "\(counts.retries) tries repeated")
    }
}
