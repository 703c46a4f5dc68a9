import Protocols

/// The reading of one QUIC connection, kept apart from the flow's detail: it is large, and only a QUIC flow has one.
///
/// A class, so that a datagram changes it where it lies.
final class QUICInspection {
    /// The connection as far as it was read.
    var connection = QUICConnection()
    /// Datagrams of Google's QUIC that were looked at.
    var googleDatagrams: UInt8 = 0
}
