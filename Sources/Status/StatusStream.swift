import NIOCore
import NIOHTTP1
import Synchronization

/// Messages that a server sends without being asked again, to a few connections: server-sent events (HTML Standard, section 9.2).
public struct StatusStream: Sendable {
    /// Between two messages, in nanoseconds.
    public var interval: Int64 = 1_000_000_000
    /// The connections that get them, at the most.
    public var connections = 8
    /// Between two calls of `turn`, in nanoseconds.
    public var turnInterval: Int64 = 250_000_000
    /// Does what is to be done whether or not anyone is connected. Called on the server's thread.
    public var turn: @Sendable () -> Void
    /// The next message, without line feeds. Called on the server's thread, once an interval, and only if someone is connected.
    public var next: @Sendable () -> String

    /// Messages that `next` makes.
    public init(turn: @escaping @Sendable () -> Void = {}, next: @escaping @Sendable () -> String) {
        self.turn = turn
        self.next = next
    }
}

/// The connections that stay open for the messages of a `StatusStream`.
///
/// Each holds at most one message that was not yet sent: one that does not read misses messages, and is closed after some of them.
final class StatusStreams: Sendable {
    private struct Listener {
        let channel: any Channel
        var missed = 0
    }

    private let stream: StatusStream?
    private let listeners = Mutex<[Listener]>([])
    private let onEnter: @Sendable (any Channel) -> Void

    /// Connections for `stream`; `onEnter` hears of each one that is let in.
    init(_ stream: StatusStream?, onEnter: @escaping @Sendable (any Channel) -> Void) {
        self.stream = stream
        self.onEnter = onEnter
    }

    /// Lets a connection in until it is closed; false if there are too many.
    func enter(_ channel: any Channel) -> Bool {
        guard let stream else { return false }
        let isIn = listeners.withLock { listeners in
            guard listeners.count < stream.connections else { return false }
            listeners.append(Listener(channel: channel))
            return true
        }
        guard isIn else { return false }
        onEnter(channel)
        channel.closeFuture.whenComplete { _ in
            self.listeners.withLock { listeners in listeners.removeAll { $0.channel === channel } }
        }
        return true
    }

    /// What a connection gets at once: how long a browser waits before it connects again, and the first message.
    var opening: String { "retry: 2000\n\n" + (stream.map { Self.event($0.next()) } ?? "") }

    /// Begins to send, on the server's `loop`.
    func start(on loop: any EventLoop) {
        guard let stream else { return }
        let (interval, turn) = (TimeAmount.nanoseconds(stream.interval), TimeAmount.nanoseconds(stream.turnInterval))
        loop.scheduleRepeatedTask(initialDelay: turn, delay: turn) { _ in stream.turn() }
        loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in self.send(stream) }
    }

    private func send(_ stream: StatusStream) {
        // Closing calls back, so that nothing is done to a connection while the lock is held.
        let (ready, stuck) = listeners.withLock { listeners in
            for index in listeners.indices {
                listeners[index].missed = listeners[index].channel.isWritable ? 0 : listeners[index].missed + 1
            }
            return (
                listeners.filter { $0.missed == 0 }.map(\.channel),
                listeners.filter { $0.missed > Self.patience }.map(\.channel)
            )
        }
        for channel in stuck { channel.close(promise: nil) }
        guard !ready.isEmpty else { return }
        let buffer = ByteBuffer(string: Self.event(stream.next()))
        for channel in ready {
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
        }
    }

    private static func event(_ message: String) -> String { "data: \(message)\n\n" }

    /// How many messages a connection may miss in a row.
    private static var patience: Int { 10 }
    /// The bytes that may wait for a connection before it misses messages.
    static var waiting: Int { 4_096 }
}
