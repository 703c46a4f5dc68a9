import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves health and metrics over HTTP/1.1 (RFC 9112): GET and HEAD, one response for each connection, or a stream of messages on a
/// few of them (`StatusStream`).
///
/// Sockets are created elsewhere and only accepted from here, on a separate thread, so that the process may have given up the right
/// to make any. Connections, their bytes and their time are bounded (`StatusLimits`). A new connection is always taken: if there are too
/// many, the one that has been open longest is closed for it, so that clients that hold connections open cannot keep a probe out, which
/// is answered within a millisecond.
public final class StatusServer: Sendable {
    /// Says what is asked for. Called on the server's thread.
    public typealias Responder = @Sendable (StatusRequest) -> StatusAnswer

    private let group: MultiThreadedEventLoopGroup
    private let channels: [any Channel]

    /// Starts to answer at the listening sockets `descriptors`, which are the server's from now on.
    ///
    /// `hosts` are the names by which it is asked, beside addresses and `localhost`; at a socket of the file system, which no
    /// browser reaches, any name will do. `stream` is what answers with `isStream` are continued with.
    ///
    /// - Throws: what the system says if a descriptor is no listening socket.
    public init(
        listeningAt descriptors: [Int32], limits: StatusLimits = StatusLimits(), hosts: [String] = [],
        stream: StatusStream? = nil, counters: StatusCounters = StatusCounters(), responder: @escaping Responder
    ) throws {
        let hosts = HostNames(hosts)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        let admission = Admission(limit: limits.connections)
        let streams = StatusStreams(stream) { admission.leave($0) }
        let bootstrap = ServerBootstrap(group: group)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: StatusStreams.waiting))
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2_048))
            .childChannelInitializer { channel in
                if let slowest = admission.enter(channel) {
                    counters.countRefused()
                    slowest.close(promise: nil)
                }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let bound = RequestBound(limits)
                    try pipeline.addHandler(bound)
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(
                        StatusHandler(
                            counters: counters, hosts: hosts, streams: streams, bound: bound, responder: responder))
                }
            }
        do {
            channels = try descriptors.map { try bootstrap.withBoundSocket($0).wait() }
        } catch {
            try? group.syncShutdownGracefully()
            throw error
        }
        streams.start(on: group.next())
    }

    /// Closes every connection and ends the thread.
    public func stop() {
        for channel in channels { channel.close(promise: nil) }
        // It fails only if it was done before.
        try? group.syncShutdownGracefully()
    }
}

/// The connections that are open, the oldest first, and how many there may be.
private final class Admission: Sendable {
    private let limit: Int
    private let open = Mutex<[any Channel]>([])

    init(limit: Int) { self.limit = max(1, limit) }

    /// Takes a connection until it is closed; returns the oldest one if there are too many, which its caller has to close.
    func enter(_ channel: any Channel) -> (any Channel)? {
        let slowest = open.withLock { open in
            open.append(channel)
            return open.count > limit ? open.removeFirst() : nil
        }
        channel.closeFuture.whenComplete { _ in self.leave(channel) }
        return slowest
    }

    /// Forgets a connection, which from now on is closed for no later one.
    func leave(_ channel: any Channel) {
        open.withLock { open in open.removeAll { $0 === channel } }
    }
}
