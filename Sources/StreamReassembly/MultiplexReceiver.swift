import Bytes

/// A layer that takes the streams of a connection that carries many, as QUIC does, each of them in order.
package protocol MultiplexReceiver: AnyObject {
    /// Takes the next bytes that `sender` sent on a stream. They are borrowed for the call.
    func receive(_ bytes: RawSpan, on stream: UInt64, from sender: Sender, at position: StreamPosition)

    /// Notes that `count` bytes of a stream are missing at this place, or an unknown number.
    func lose(_ count: Int?, on stream: UInt64, from sender: Sender)

    /// Notes that `sender` sends no more on a stream; `isAborted` if it was reset.
    func close(_ stream: UInt64, from sender: Sender, isAborted: Bool)

    /// Notes that the recording holds no more of the connection. Called once, last.
    func finish()
}
