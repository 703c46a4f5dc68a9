import NIOCore
import NIOHTTP1

/// Answers the first request of a connection, and closes it.
final class StatusHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let counters: StatusCounters
    private let hosts: HostNames
    private let streams: StatusStreams
    private let bound: RequestBound
    private let responder: StatusServer.Responder
    private var isAnswered = false

    /// Answers with what `responder` says; a connection that stays open goes to `streams` and is freed from `bound`.
    init(
        counters: StatusCounters, hosts: HostNames, streams: StatusStreams, bound: RequestBound,
        responder: @escaping StatusServer.Responder
    ) {
        self.counters = counters
        self.hosts = hosts
        self.streams = streams
        self.bound = bound
        self.responder = responder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // A body says nothing here, and what follows a request is not asked for any more.
        guard case .head(let head) = unwrapInboundIn(data), !isAnswered else { return }
        isAnswered = true
        guard head.method == .GET || head.method == .HEAD else {
            let text = "only GET and HEAD are answered\n"
            return send(.methodNotAllowed, text: text, headers: [("allow", "GET, HEAD")], to: head, context: context)
        }
        let isLocal = context.channel.localAddress?.protocol == .unix
        guard isLocal || hosts.allow(head.headers["host"]) else {
            let text = "this name is not answered; http.hosts of the configuration names those that are\n"
            return send(.misdirectedRequest, text: text, headers: [], to: head, context: context)
        }
        let answer = responder(StatusRequest(head, arrivedAt: context.channel.localAddress))
        var headers = [("content-type", answer.mediaType)]
        headers += answer.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if answer.isStream, head.method == .GET { return open(headers, to: head, context: context) }
        let status = HTTPResponseStatus(statusCode: answer.outcome.rawValue)
        send(status, text: answer.text, headers: headers, to: head, context: context)
    }

    /// Begins an answer that has no end: messages follow as long as the other end reads them.
    private func open(_ headers: [(String, String)], to request: HTTPRequestHead, context: ChannelHandlerContext) {
        let channel = context.channel
        guard streams.enter(channel) else {
            let text = "as many pages are open as are served at a time\n"
            return send(.serviceUnavailable, text: text, headers: [], to: request, context: context)
        }
        bound.release()
        counters.countAnswered()
        var fields = HTTPHeaders(headers)
        fields.add(name: "cache-control", value: "no-store")
        fields.add(name: "connection", value: "close")
        let version = request.version == .http1_0 ? HTTPVersion.http1_0 : .http1_1
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: version, status: .ok, headers: fields))), promise: nil)
        let first = ByteBuffer(string: streams.opening)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(first))), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isAnswered { counters.countFailed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is no HTTP was answered with 400 before this; what is left is a connection that broke.
        context.close(promise: nil)
    }

    private func send(
        _ status: HTTPResponseStatus, text: String, headers more: [(String, String)], to request: HTTPRequestHead,
        context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders(more)
        headers.add(name: "content-length", value: "\(text.utf8.count)")
        headers.add(name: "cache-control", value: "no-store")
        headers.add(name: "connection", value: "close")
        let version = request.version == .http1_0 ? HTTPVersion.http1_0 : .http1_1
        let head = HTTPResponseHead(version: version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }
        let (channel, counters) = (context.channel, counters)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            counters.countAnswered()
            channel.close(promise: nil)
        }
    }
}

/// Ends a connection that sends too much or lasts too long; in front of whatever reads what it sends.
final class RequestBound: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var room: Int
    private let lifetime: TimeAmount
    private var end: Scheduled<Void>?

    init(_ limits: StatusLimits) {
        room = limits.requestBytes
        lifetime = .nanoseconds(limits.lifetime)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        end = context.eventLoop.scheduleTask(in: lifetime) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

    /// Lets the connection last; what it may still send stays bounded. To be called on the connection's event loop.
    func release() { end?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        guard count <= room else { return context.close(promise: nil) }
        room -= count
        context.fireChannelRead(data)
    }
}
