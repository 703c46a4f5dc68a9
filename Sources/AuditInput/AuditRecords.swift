import Decryption
import Foundation
import HTTPDecoding

/// The records of a reading as JSON lines: `connection`, `request` and `summary`, in this order.
///
/// No field holds a value that a client sent but the host, the method and the path without its query.
package enum AuditRecords {
    /// A line for each connection, in the order of their first packets.
    package static func connections(_ reading: AuditReading) -> [String] {
        reading.connections.map { connection in
            line(
                ConnectionRecord(
                    client: connection.id.client, server: connection.id.server, host: connection.host,
                    state: connection.state.rawValue, protocolName: connection.version?.rawValue,
                    requests: connection.requests, reason: connection.outcome.reason,
                    unopened: connection.outcome.unopened.isEmpty
                        ? nil
                        : connection.outcome.unopened.map {
                            UnopenedRecord(
                                from: $0.isFromClient ? "client" : "server", start: $0.bytes.lowerBound,
                                end: $0.bytes.upperBound, cause: $0.isMissing ? "not_recorded" : "not_opened")
                        }))
        }
    }

    /// A line for each request, in order.
    package static func requests(_ reading: AuditReading) -> [String] {
        reading.exchanges.map { exchange in
            line(
                RequestRecord(
                    n: exchange.number, connection: "\(exchange.connection.client)-\(exchange.connection.server)",
                    packet: exchange.packet, protocolName: exchange.version.rawValue, stream: exchange.stream,
                    method: exchange.request.method, host: exchange.request.authority, path: exchange.request.path,
                    status: exchange.response?.status, requestBody: BodyRecord(exchange.request.body),
                    responseBody: exchange.response.map { BodyRecord($0.body) }))
        }
    }

    /// The line of the totals. `undecoded`: values that a bound left undecoded; `findingsDropped`: findings that had no room.
    package static func summary(_ reading: AuditReading, undecoded: Int = 0, findingsDropped: Int = 0) -> String {
        let totals = reading.totals
        let states = Dictionary(
            uniqueKeysWithValues: ConnectionState.allCases.map { ($0.rawValue, totals.states[$0] ?? 0) })
        return line(
            SummaryRecord(
                connections: states, requests: totals.requests, keysUnused: totals.unusedKeyLines,
                keysRead: totals.keys.lines, keysUnknown: totals.keys.unknownLabels,
                keysMalformed: totals.keys.malformed + totals.keys.dropped, keysUntried: totals.keys.untried,
                sessionsDropped: totals.keys.sessionsDropped, packets: totals.packets,
                bytesMissing: totals.missingBytes, bodiesCut: totals.cutBodies,
                valuesUndecoded: undecoded, findingsDropped: findingsDropped))
    }

    /// All lines.
    package static func lines(_ reading: AuditReading) -> [String] {
        connections(reading) + requests(reading) + [summary(reading)]
    }

    private static func line(_ record: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}

private struct ConnectionRecord: Encodable {
    var type = "connection"
    var client: String
    var server: String
    var host: String?
    var state: String
    var protocolName: String?
    var requests: Int
    var reason: String?
    var unopened: [UnopenedRecord]?

    enum CodingKeys: String, CodingKey {
        case type, client, server, host, state, requests, reason, unopened
        case protocolName = "protocol"
    }
}

private struct UnopenedRecord: Encodable {
    var from: String
    var start: UInt64
    var end: UInt64
    var cause: String
}

private struct RequestRecord: Encodable {
    var type = "request"
    var n: Int
    var connection: String
    var packet: Int
    var protocolName: String
    var stream: UInt64?
    var method: String
    var host: String
    var path: String
    var status: Int?
    var requestBody: BodyRecord
    var responseBody: BodyRecord?

    enum CodingKeys: String, CodingKey {
        case type, n, connection, packet, stream, method, host, path, status
        case protocolName = "protocol"
        case requestBody = "request_body"
        case responseBody = "response_body"
    }
}

private struct BodyRecord: Encodable {
    var bytes: Int
    var sha256: String
    var complete: Bool

    init(_ body: HTTPBody) {
        bytes = body.count
        sha256 = body.sha256
        complete = body.isComplete
    }
}

private struct SummaryRecord: Encodable {
    var type = "summary"
    var connections: [String: Int]
    var requests: Int
    var keysUnused: Int
    var keysRead: Int
    var keysUnknown: Int
    var keysMalformed: Int
    var keysUntried: Int
    var sessionsDropped: Int
    var packets: Int
    var bytesMissing: UInt64
    var bodiesCut: Int
    var valuesUndecoded: Int
    var findingsDropped: Int

    enum CodingKeys: String, CodingKey {
        case type, connections, requests, packets
        case keysUnused = "keys_unused"
        case keysRead = "keys_read"
        case keysUnknown = "keys_unknown_label"
        case keysMalformed = "keys_malformed"
        case keysUntried = "keys_untried"
        case sessionsDropped = "sessions_dropped"
        case bytesMissing = "bytes_missing"
        case bodiesCut = "bodies_cut"
        case valuesUndecoded = "values_undecoded"
        case findingsDropped = "findings_dropped"
    }
}
