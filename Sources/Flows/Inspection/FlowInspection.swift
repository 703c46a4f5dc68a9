import Bytes
import Protocols

/// The state of one flow beyond its counters: allocated with the first payload that needs it, so that a flow without payload
/// has none.
final class FlowInspection {
    /// What the parsers found.
    var findings = Findings()
    /// The reading of a TCP connection, while it continues.
    var stream: TCPInspection?
    /// The reading of a QUIC connection.
    var quic: QUICInspection?
    /// How many names the observer was notified of.
    var toldNames = 0
    /// The DNS questions that wait for their answers.
    var asked = AskedQuestions()
    /// The flow that this one continues, by its id: the connection had been silent for so long that it was ended.
    var continues: UInt64?
    /// How the requests of that flow were counted.
    var continuedMethod: FlowTraffic.Method?
    /// The bytes of unfinished readings that the tracker has counted.
    var counted = 0
    /// The bytes of everything else that it has counted.
    var countedKept = 0
    /// Whether the lists of its hello are counted here, and not with another flow whose hello has the same shape.
    var ownsLists = true
    /// Whether the hello was counted and judged.
    var isJudged = false

    /// The bytes that unfinished readings hold.
    var held: Int { (stream?.held ?? 0) &+ (quic?.connection.memory ?? 0) &+ asked.memory }

    /// The bytes that the flow keeps beside that: this object and the readings' own, and what was found.
    var kept: Int {
        Self.ownBytes &+ (stream == nil ? 0 : TCPInspection.ownBytes) &+ (quic == nil ? 0 : QUICInspection.ownBytes)
            &+ findings.heapBytes(withShared: ownsLists)
    }

    /// The reading of the TCP connection, begun if there is none.
    func madeStream() -> TCPInspection {
        if let stream { return stream }
        let made = TCPInspection()
        stream = made
        return made
    }

    private static let ownBytes = HeapBytes.object(MemoryLayout<Findings>.stride &+ 5 &* MemoryLayout<Int>.stride)
}

/// The inspection of one TCP connection, separate from `FlowInspection` so that it is freed when it is over.
final class TCPInspection {
    /// The reading of the client's stream.
    var client = ClientReading()
    /// The reading of the server's stream.
    var server = ServerInspection()
    /// The reading of the answers of DNS over TCP.
    var dns: DNSInspection?
    /// The client's segments before the flow's name was told.
    var untold = UntoldSegments()
    /// When the server had acknowledged what was read, while more was awaited.
    var acknowledged: Timestamp?
    /// The number of the server's next byte when the client's bytes began to contradict each other.
    var doubtBegan: UInt32?

    /// The memory that unfinished readings hold, in bytes.
    var held: Int { client.memory + server.memory + (dns?.memory ?? 0) + untold.memory }

    /// The bytes of the object itself.
    static let ownBytes = HeapBytes.object(
        MemoryLayout<ClientReading>.stride &+ MemoryLayout<ServerInspection>.stride
            &+ MemoryLayout<DNSInspection?>.stride &+ MemoryLayout<UntoldSegments>.stride
            &+ MemoryLayout<Timestamp?>.stride &+ MemoryLayout<UInt32?>.stride)
}

/// The inspection of one QUIC connection, separate from `FlowInspection`: it is large, and only a QUIC flow has one.
///
/// A class, so that a datagram changes it in place.
final class QUICInspection {
    /// The connection as far as it was read.
    var connection = QUICConnection()
    /// Datagrams of Google's QUIC that were looked at.
    var googleDatagrams: UInt8 = 0
    /// Whether the hello was read, or no more is to be read of it.
    var isDone = false
    /// The name of a connection between the same ends that no one answered before this one began.
    var rivalName: String?

    /// The bytes of the object itself.
    static let ownBytes = HeapBytes.object(
        MemoryLayout<QUICConnection>.stride &+ MemoryLayout<Int>.stride &+ MemoryLayout<String?>.stride)
}
