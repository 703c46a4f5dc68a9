import Bytes
import Capture
import Flows
import HTTPDecoding
import StreamReassembly
import Wire

/// Takes the frames of a recording, and passes TCP segments and UDP datagrams to what follows connections.
struct AuditPacketHandler: FrameHandler {
    private(set) var packets = 0
    private(set) var others = 0
    private let collection: AuditCollection
    private let tcp: TCPReassembler
    private let quic: QUICReassembler
    private var fragments = FragmentHolder()
    private var packet = Packet()
    private let places: PacketPlaces

    init(_ collection: AuditCollection, places: PacketPlaces) {
        self.collection = collection
        self.places = places
        quic = QUICReassembler(collection)
        tcp = TCPReassembler { ends, position in
            TCPConnectionLayer(ConnectionRecorder(ends, collection, at: position))
        }
    }

    /// The bytes of TCP streams that no packet holds.
    var missingBytes: UInt64 { tcp.lostBytes }

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        packets += 1
        places.note(packets)
        let position = StreamPosition(time: header.time, packet: packets)
        switch PacketDecoder.decode(bytes, link: header.linkType, wireLength: header.wireLength, into: &packet) {
        case .packet: follow(bytes, at: position)
        case .fragment(let fragment):
            guard let (payload, first) = fragments.add(fragment, bytes, at: header.time) else { return }
            guard PacketDecoder.decode(reassembled: payload.rawSpan, of: first, into: &packet) == .packet else {
                others += 1
                return
            }
            follow(payload.rawSpan, at: position)
        case .ignored, .malformed: others += 1
        }
    }

    /// Ends all connections.
    mutating func finish() {
        tcp.finish()
        quic.finish()
    }

    private func follow(_ frame: RawSpan, at position: StreamPosition) {
        if packet.transport == .tcp {
            tcp.receive(packet, frame, at: position)
        } else {
            quic.receive(packet, frame, at: position)
        }
    }
}

/// Holds the table of fragments, which cannot be copied.
private final class FragmentHolder {
    private var table = FragmentTable()

    /// Takes a fragment; gives the whole payload and its first fragment if that was the last one missing.
    func add(_ fragment: Fragment, _ frame: RawSpan, at time: Timestamp) -> (payload: [UInt8], first: Fragment)? {
        guard let payload = table.add(fragment, frame, at: time), let whole = table.completion else { return nil }
        return (payload, whole.first)
    }
}
