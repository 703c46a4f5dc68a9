import Bytes
import Capture
package import Decryption
import Flows
package import HTTPDecoding
import StreamReassembly
import Wire

/// All that was read of a recording.
package struct AuditReading: Sendable {
    /// The exchanges in the order of their requests; `number` counts from 1.
    package var exchanges: [HTTPExchange]
    /// The connections in the order of their first packets.
    package var connections: [AuditConnection]
    /// The totals.
    package var totals: AuditTotals
    /// Sentences about the captures and the keys, for people.
    package var warnings: [String]
    /// For each of `exchanges`, the number that it had when an examiner got it.
    package var arrivals: [Int]

    /// The captures, in the order in which they were named.
    package var files: [String] = []
    /// For each of `exchanges`, the capture that it begins in, an index into `files`; `nil` if that is not known.
    package private(set) var captures: [Int?] = []

    /// Gives each exchange the number of its packet in its own capture.
    mutating func place(_ places: PacketPlaces) {
        captures = exchanges.indices.map { index in
            guard let place = places.place(of: exchanges[index].packet) else { return nil }
            exchanges[index].packet = place.number
            return place.file
        }
    }

    /// Creates a reading.
    package init(
        exchanges: [HTTPExchange], connections: [AuditConnection], totals: AuditTotals, warnings: [String],
        arrivals: [Int] = []
    ) {
        self.exchanges = exchanges
        self.arrivals = arrivals
        self.connections = connections
        self.totals = totals
        self.warnings = warnings
    }
}

/// The totals of a recording, which head every report.
package struct AuditTotals: Sendable {
    /// The number of connections in each state; states without any are left out.
    package var states: [ConnectionState: Int] = [:]
    /// The number of requests.
    package var requests = 0
    /// The lines of key logs that match no connection.
    package var unusedKeyLines = 0
    /// What was read of key logs.
    package var keys = KeyRing.Counters()
    /// The packets of the recording.
    package var packets = 0
    /// The packets that are neither TCP nor UDP, or malformed.
    package var otherPackets = 0
    /// The bytes of TCP streams that the recording does not hold.
    package var missingBytes: UInt64 = 0
    /// The bodies of which bytes were left out of memory.
    package var cutBodies = 0

    /// No totals.
    package init() {}

    /// Whether every connection was read to its end.
    package var isComplete: Bool { states.allSatisfy { $0.key == .opened || $0.key == .clear } }
}

/// Reads a recording: captures and keys in, exchanges and the states of connections out.
///
/// One pass over the packets, after a pass over pcapng files for the keys inside of them. Memory is bounded by the limits of
/// the parts: `BodyBudget`, `TCPReassembler`, `KeyRing`.
package struct AuditReader {
    /// Looks at an exchange as soon as it is complete, while its bodies are in memory. Its number counts arrivals, from 0.
    package typealias Examiner = (HTTPExchange) -> Void

    private let captures: [String]
    private let keys: [String]
    private let budget: BodyBudget

    /// Creates a reader of captures (files, directories, or `-`), which are read as one recording, with the key logs `keys`.
    package init(captures: [String], keys: [String] = [], budget: BodyBudget = BodyBudget()) {
        self.captures = captures
        self.keys = keys
        self.budget = budget
    }

    /// Reads the recording. Throws if a file that is named cannot be read at all.
    ///
    /// With `examine` the bodies of the exchanges are empty in what is returned: each exchange was given to it
    /// before, whole.
    package func read(examine: Examiner? = nil) throws(AuditInputError) -> AuditReading {
        let sources = try readKeys()
        var set: CaptureSet
        do throws(CaptureError) { set = try CaptureSet(paths: captures) } catch {
            throw AuditInputError(error.description)
        }
        let collection = AuditCollection(ring: sources.ring, budget: budget, examine: examine)
        let paths = set.paths
        let places = PacketPlaces(set.interfaceTable, files: paths.count)
        var handler = AuditPacketHandler(collection, places: places)
        do throws(CaptureError) {
            while try set.read(into: &handler, limit: 65_536) != .end {}
        } catch {
            throw AuditInputError(error.description)
        }
        handler.finish()
        var result = reading(collection, handler: handler, warnings: sources.warnings + set.warnings)
        result.files = paths
        result.place(places)
        return result
    }

    private func readKeys() throws(AuditInputError) -> KeySources {
        var sources = KeySources()
        for path in keys { try sources.add(path: path) }
        for path in captures {
            let files: [String]
            do throws(CaptureError) { files = try CaptureSet.files(in: path) } catch {
                throw AuditInputError(error.description)
            }
            for file in files { try sources.add(capture: file) }
        }
        return sources
    }

    private func reading(
        _ collection: AuditCollection, handler: borrowing AuditPacketHandler, warnings: [String]
    ) -> AuditReading {
        var exchanges = collection.exchanges.enumerated().sorted { left, right in
            (left.element.packet, left.element.connection.client, left.element.stream ?? 0, left.offset)
                < (right.element.packet, right.element.connection.client, right.element.stream ?? 0, right.offset)
        }.map(\.element)
        let arrivals = exchanges.map(\.number)
        for index in exchanges.indices { exchanges[index].number = index + 1 }
        let connections = collection.connections.sorted {
            ($0.firstPacket, $0.id.client, $0.id.server) < ($1.firstPacket, $1.id.client, $1.id.server)
        }
        var totals = AuditTotals()
        for connection in connections { totals.states[connection.state, default: 0] += 1 }
        totals.requests = exchanges.count
        totals.unusedKeyLines = collection.ring.unusedLines
        totals.keys = collection.ring.counters
        totals.packets = handler.packets
        totals.otherPackets = handler.others
        totals.missingBytes = handler.missingBytes
        totals.cutBodies = budget.cutBodies
        return AuditReading(
            exchanges: exchanges, connections: connections, totals: totals, warnings: warnings, arrivals: arrivals)
    }
}
