import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server for those who ask how a sensor is: HTTP/1.1 (RFC 9112), GET and HEAD, one answer a connection.
///
/// Sockets are made elsewhere and only listened at here, on one thread of its own, so that the process may have given up the right
/// to make any. Connections, their bytes and their time are bounded (`StatusLimits`): whoever asks slowly, without end or
/// something else than HTTP costs a place among these connections and nothing else.
public final class StatusServer: Sendable {
    /// Says what is asked for at a path, which begins with `/` and has no query. Called on the server's thread.
    public typealias Responder = @Sendable (String) -> StatusAnswer

    private let group: MultiThreadedEventLoopGroup
    private let channels: [any Channel]

    /// Starts to answer at the listening sockets `descriptors`, which are the server's from now on.
    ///
    /// `hosts` are the names by which it is asked, beside addresses and `localhost`; at a socket of the file system, which no
    /// browser reaches, any name will do.
    ///
    /// - Throws: what the system says if a descriptor is no listening socket.
    public init(
        listeningAt descriptors: [Int32], limits: StatusLimits = StatusLimits(), hosts: [String] = [],
        counters: StatusCounters = StatusCounters(), responder: @escaping Responder
    ) throws {
        let hosts = HostNames(hosts)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        let admission = Admission(limit: limits.connections)
        let bootstrap = ServerBootstrap(group: group)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2_048))
            .childChannelInitializer { channel in
                guard admission.enter(until: channel.closeFuture) else {
                    counters.countRefused()
                    return channel.close()
                }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(RequestBound(limits))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(StatusHandler(counters, hosts, responder))
                }
            }
        do {
            channels = try descriptors.map { try bootstrap.withBoundSocket($0).wait() }
        } catch {
            try? group.syncShutdownGracefully()
            throw error
        }
    }

    /// Closes every connection and ends the thread.
    public func stop() {
        for channel in channels { channel.close(promise: nil) }
        // It fails only where it was done before.
        try? group.syncShutdownGracefully()
    }
}

/// How many connections there are, and may be.
private final class Admission: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Takes a place until `end`; false where there is none.
    func enter(until end: EventLoopFuture<Void>) -> Bool {
        guard count.add(1, ordering: .relaxed).newValue <= limit else {
            count.subtract(1, ordering: .relaxed)
            return false
        }
        end.whenComplete { _ in self.count.subtract(1, ordering: .relaxed) }
        return true
    }
}
