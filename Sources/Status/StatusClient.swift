import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a server for status, on a thread of its own: one request a connection.
public final class StatusClient: Sendable {
    /// Where a server listens.
    public enum Address: Sendable, Equatable {
        /// A socket of the file system.
        case unix(String)
        /// A numeric address, without brackets, and a port.
        case tcp(host: String, port: UInt16)
    }

    /// What was answered.
    public struct Reply: Sendable {
        /// The status code of HTTP.
        public let status: Int
        /// The text.
        public let text: String
    }

    private let address: Address
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// A client of the server at `address`. Nothing is connected before the first request.
    public init(_ address: Address) { self.address = address }

    /// Asks for `path` and waits for the answer, ten seconds and 8 MiB at the most. Not to be called on an event loop.
    ///
    /// - Throws: what the system says if there is no answer.
    public func get(_ path: String) throws -> Reply {
        let loop = group.next()
        let promise = loop.makePromise(of: Reply.self)
        let end = loop.scheduleTask(in: .seconds(10)) { promise.fail(ChannelError.connectTimeout(.seconds(10))) }
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: Self.limit))
                    try pipeline.addHandler(RequestHandler(path, promise))
                }
            }
        let connection =
            switch address {
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            case .tcp(let host, let port): bootstrap.connect(host: host, port: Int(port))
            }
        connection.whenFailure { promise.fail($0) }
        defer {
            end.cancel()
            connection.whenSuccess { $0.close(promise: nil) }
        }
        return try promise.futureResult.wait()
    }

    /// Ends the client's thread.
    public func stop() {
        // It fails only if it was done before.
        try? group.syncShutdownGracefully()
    }

    private static var limit: Int { 8 << 20 }
}

/// Sends one request and keeps the promise of its answer.
private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPClientResponseFull
    typealias OutboundOut = HTTPClientRequestPart

    private let path: String
    private let promise: EventLoopPromise<StatusClient.Reply>

    init(_ path: String, _ promise: EventLoopPromise<StatusClient.Reply>) {
        self.path = path
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: ["host": "localhost"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let answer = unwrapInboundIn(data)
        let text = answer.body.map { String(buffer: $0) } ?? ""
        promise.succeed(StatusClient.Reply(status: Int(answer.head.status.code), text: text))
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
}
