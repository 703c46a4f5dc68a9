public import Bytes
public import Delivery

/// Writes lines to a socket: Unix or not, a stream or messages, plain or framed for syslog.
///
/// What it is connected to may be missing at the start, go away and come back. A reader that is gone or has stopped is
/// waited for, a few seconds in all; then what is in hand is given up and counted, and each later batch tries once,
/// at most once a second, until it is back. A line that was cut on a stream by that is sent again, whole, on the next
/// connection.
public struct SocketSink: Sink {
    /// How lines are distinguished.
    public enum Framing: Sendable {
        /// By their line feeds, or by the socket's own messages.
        case lines
        /// As syslog does: a message without its line feed, on a stream behind its length (RFC 6587 section 3.4.1).
        case syslog
    }

    /// The name in `outputs`.
    public let name: String
    private let address: SocketAddress
    private let framing: Framing
    private let patience: StopToken
    private var socket: Socket?
    private var isDown = false
    private var lastTry: Timestamp?
    private var reason = SocketError.closed

    /// A sink that writes to `address`, and connects at the first line.
    public init(name: String, address: SocketAddress, framing: Framing = .lines, patience: StopToken = StopToken()) {
        self.name = name
        self.address = address
        self.framing = framing
        self.patience = patience
    }

    /// Sends the batch; see `Sink`.
    public mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        var outcome = SinkOutcome()
        var next = 0
        var attempt = 1
        while next < batch.count, connect(&attempt, now) {
            let before = next
            next = send(batch, from: next, &outcome)
            if next > before { attempt = 1 }
        }
        for line in batch.lines[next...] { outcome.drop(line.priority) }
        if next < batch.count { outcome.failure = .system("\(address): \(reason.reason)") }
        isDown = next < batch.count
        return outcome
    }

    /// Tries at once to connect, if there is no connection.
    public mutating func reopen(now: Timestamp) { lastTry = nil }

    /// Lets the connection go; what was sent is on its way.
    public mutating func close() { socket = nil }

    /// Makes sure that there is a connection, with try number `attempt` and those that follow it.
    private mutating func connect(_ attempt: inout Int, _ now: Timestamp) -> Bool {
        if socket != nil { return true }
        // Once it is known to be gone, no batch waits for it.
        if isDown, attempt > 1 || !isDue(now) { return false }
        while let wait = Self.retry.wait(before: attempt) {
            if wait > 0, isDown || !patience.wait(wait) { return false }
            attempt += 1
            lastTry = now
            do throws(SocketError) {
                socket = try Socket(address)
                return true
            } catch {
                reason = error
            }
        }
        return false
    }

    private func isDue(_ now: Timestamp) -> Bool {
        // The clock may be set back, which must not put this off.
        lastTry.map { now.nanoseconds(since: $0).magnitude >= 1_000_000_000 } ?? true
    }

    /// Sends the lines from `index` on; the first that was not sent.
    private mutating func send(_ batch: LineBatch, from index: Int, _ outcome: inout SinkOutcome) -> Int {
        guard let socket else { return index }
        var index = index
        do throws(SocketError) {
            while index < batch.count {
                if socket.isStream, framing == .lines {
                    try sendRun(of: batch, from: &index, to: socket, into: &outcome)
                } else {
                    try sendMessage(of: batch, at: &index, to: socket, into: &outcome)
                }
            }
        } catch {
            reason = error
            self.socket = nil
        }
        return index
    }

    /// Sends all lines from `index` on as they are.
    private func sendRun(
        of batch: LineBatch, from index: inout Int, to socket: Socket, into outcome: inout SinkOutcome
    ) throws(SocketError) {
        var rest = batch.bytes(of: index..<batch.count)
        while !rest.isEmpty {
            rest = rest.dropFirst(try socket.send(rest, milliseconds: Self.stall))
            while index < batch.count, batch.lines[index].end <= rest.startIndex {
                index += 1
                outcome.written += 1
            }
        }
    }

    private func sendMessage(
        of batch: LineBatch, at index: inout Int, to socket: Socket, into outcome: inout SinkOutcome
    ) throws(SocketError) {
        var message = batch.line(at: index)
        if framing == .syslog {
            message = message.dropLast()
            if socket.isStream { message = (Array("\(message.count) ".utf8) + message)[...] }
        }
        do throws(SocketError) {
            while !message.isEmpty { message = message.dropFirst(try socket.send(message, milliseconds: Self.stall)) }
            outcome.written += 1
        } catch .tooLong {
            outcome.drop(batch.lines[index].priority)
            outcome.failure = .system("\(address): \(SocketError.tooLong.reason)")
        }
        index += 1
    }

    /// How long a reader may be still, in milliseconds.
    private static var stall: Int32 { 5_000 }
    private static var retry: Retry { Retry(attempts: 6, delay: 100_000_000, longest: 2_000_000_000) }
}
