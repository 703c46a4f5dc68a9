import NIOCore

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

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        guard count <= room else { return context.close(promise: nil) }
        room -= count
        context.fireChannelRead(data)
    }
}
