import Protocols

/// What is known of one flow beyond its counters: made when the first payload calls for it, so that a flow without any
/// costs nothing here.
final class FlowInspection {
    /// What the parsers found.
    var findings = Findings()
    /// The reading of a TCP connection, while it goes on.
    var stream: TCPInspection?
    /// The reading of a QUIC connection.
    var quic: QUICInspection?
    /// Held memory that the tracker has counted.
    var counted = 0

    /// The memory that unfinished readings hold, in bytes.
    var held: Int { (stream?.held ?? 0) + (quic?.connection.memory ?? 0) }

    /// The reading of the TCP connection, begun where there is none.
    func madeStream() -> TCPInspection {
        if let stream { return stream }
        let made = TCPInspection()
        stream = made
        return made
    }
}
