package import Bytes

/// One end of a connection.
package enum Sender: Int, Sendable, CaseIterable {
    /// The end that opened the connection.
    case client = 0
    /// The end that accepted it.
    case server = 1

    /// The other end.
    package var other: Sender { self == .client ? .server : .client }
}

/// The packet that brought a byte of a stream.
package struct StreamPosition: Hashable, Sendable {
    /// The time of the packet.
    package var time: Timestamp
    /// The number of the packet in its recording, from 1.
    package var packet: Int

    /// Creates a position.
    package init(time: Timestamp, packet: Int) {
        self.time = time
        self.packet = packet
    }
}

/// A layer that takes the two byte streams of a connection in order: TLS, HTTP, or a tunnel inside one of them.
///
/// A class, so that each layer owns the state of its connection and calls the layer above directly.
package protocol StreamReceiver: AnyObject {
    /// Takes the next bytes that `sender` sent. They are borrowed for the call.
    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition)

    /// Notes that bytes of `sender` are missing at this place: so many, or `nil` if their number is unknown.
    func lose(_ count: Int?, from sender: Sender)

    /// Notes that `sender` sends no more bytes.
    func close(_ sender: Sender)

    /// Notes that the recording holds no more of the connection. Called once, last.
    func finish()
}

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
