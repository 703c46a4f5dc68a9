import Decryption
import HTTPDecoding

/// What a person must know before anything else about a reading: what could not be opened, and why.
package enum AuditNotice {
    /// The first lines of a report, the most important one first. Empty if every connection was read to its end and every
    /// key was used.
    package static func lines(_ reading: AuditReading) -> [String] {
        let totals = reading.totals
        var lines: [String] = []
        let total = reading.connections.count
        let unread = totals.states.reduce(0) { $0 + ($1.key == .opened || $1.key == .clear ? 0 : $1.value) }
        if unread > 0 {
            lines.append("\(unread) of \(total) connections could not be opened in full: \(states(totals)).")
        }
        if total == 0 {
            lines.append(
                "The recording holds no connection of TCP or QUIC. This does not show that a client sent nothing.")
        }
        if totals.keys.lines == 0, unread > 0 {
            lines.append("No key was given: name a key log with --keys, or put NAME.keys beside NAME.pcap.")
        }
        lines += keyLines(totals)
        if totals.missingBytes > 0 {
            lines.append(
                "\(totals.missingBytes) bytes of TCP streams are not in the recording; requests may be missing.")
        }
        if totals.cutBodies > 0 {
            lines.append(
                "\(totals.cutBodies) bodies were too large to be kept whole: their bytes are counted, and not all were examined."
            )
        }
        lines += details(reading)
        return lines
    }

    private static func states(_ totals: AuditTotals) -> String {
        ConnectionState.allCases.compactMap { state in
            totals.states[state].map { "\($0) \(state.rawValue)" }
        }.joined(separator: ", ")
    }

    private static func keyLines(_ totals: AuditTotals) -> [String] {
        var lines: [String] = []
        let missing = (totals.states[.noKey] ?? 0) + (totals.states[.wrongKey] ?? 0)
        if totals.unusedKeyLines > 0 {
            let isWrongLeg = missing > 0
            lines.append(
                "\(totals.unusedKeyLines) key-log lines match no connection."
                    + (isWrongLeg
                        ? " The key log may be of the other leg of a proxy or relay, of another run, or not complete."
                        : ""))
        } else if totals.keys.lines > 0, missing > 0 {
            lines.append("The key log is partial: every key was used, and \(missing) connections have none.")
        }
        let unread = totals.keys.malformed + totals.keys.dropped
        if unread > 0 { lines.append("\(unread) key-log lines could not be read.") }
        if totals.keys.untried > 0 {
            lines.append(
                "\(totals.keys.untried) times a key was not tried on a connection, because too many of both are there.")
        }
        if totals.keys.sessionsDropped > 0 {
            lines.append(
                "\(totals.keys.sessionsDropped) sessions of TLS 1.2 were not kept, because too many are there; connections "
                    + "that resume one of them stay closed.")
        }
        return lines
    }

    /// The connections that were not opened, at most ten of them.
    private static func details(_ reading: AuditReading) -> [String] {
        let unread = reading.connections.filter { $0.state != .opened && $0.state != .clear }
        let shown = unread.prefix(10).map { connection in
            var line = "  \(connection.state.rawValue): \(connection.id.client) to \(connection.id.server)"
            if let host = connection.host { line += " (\(host))" }
            line += connection.outcome.unopened.prefix(3).map {
                ", \($0.isFromClient ? "client" : "server") bytes \($0.bytes.lowerBound) to \($0.bytes.upperBound)"
                    + ($0.isMissing ? " not recorded" : " not opened")
            }.joined()
            if let reason = connection.outcome.reason { line += "; \(reason)" }
            return line
        }
        return shown + (unread.count > 10 ? ["  and \(unread.count - 10) more"] : [])
    }
}
