import Foundation

/// The UDP datagrams of a pcap or pcapng file, for tests of QUIC on real captures.
///
/// It knows the link types and headers that those captures have and passes over everything else.
struct QUICCaptureFile {
    /// One datagram: its flow as text, whether the flow's first sender sent it, and its bytes.
    struct Datagram {
        let flow: String
        let fromInitiator: Bool
        let payload: [UInt8]
    }

    private(set) var datagrams: [Datagram] = []
    private var initiators: [String: String] = [:]
    private let bytes: [UInt8]
    private var isLittle = true

    init(path: String) throws {
        bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        guard bytes.count >= 24 else { return }
        if bytes[..<4] == [0x0a, 0x0d, 0x0d, 0x0a] { readBlocks() } else { readClassic() }
    }

    private func number(_ offset: Int, _ count: Int = 4) -> Int {
        guard offset >= 0, count <= bytes.count - offset else { return 0 }
        let part = bytes[offset..<offset + count]
        return isLittle ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func readClassic() {
        isLittle = bytes[0] == 0xd4 || bytes[0] == 0x4d
        let link = number(20) & 0xffff
        var offset = 24
        while offset + 16 <= bytes.count {
            let length = number(offset + 8)
            guard length >= 0, length <= bytes.count - offset - 16 else { return }
            readFrame(bytes[(offset + 16)..<(offset + 16 + length)], link: link)
            offset += 16 + length
        }
    }

    private mutating func readBlocks() {
        var links: [Int] = []
        var offset = 0
        while offset + 12 <= bytes.count {
            if bytes[offset..<offset + 4] == [0x0a, 0x0d, 0x0d, 0x0a] {
                isLittle = bytes[offset + 8] == 0x4d
                links = []
            }
            let length = number(offset + 4)
            guard length >= 12, length <= bytes.count - offset else { return }
            switch number(offset) {
            case 1: links.append(number(offset + 8, 2))
            case 6:
                let interface = number(offset + 8)
                let captured = number(offset + 20)
                if interface < links.count, captured >= 0, captured <= length - 32 {
                    readFrame(bytes[(offset + 28)..<(offset + 28 + captured)], link: links[interface])
                }
            default: break
            }
            offset += length
        }
    }

    private mutating func readFrame(_ frame: ArraySlice<UInt8>, link: Int) {
        switch link {
        case 1:
            var type = 12
            while frame.count > type + 2,
                [[0x81, 0x00], [0x88, 0xa8]].contains(Array(frame.dropFirst(type).prefix(2)))
            {
                type += 4
            }
            readPacket(frame.dropFirst(type + 2))
        case 0: readPacket(frame.dropFirst(4))
        case 9: readPacket(frame.dropFirst(frame.first == 0xff ? 4 : 2))
        case 113: readPacket(frame.dropFirst(16))
        case 276: readPacket(frame.dropFirst(20))
        default: readPacket(frame)
        }
    }

    private mutating func readPacket(_ slice: ArraySlice<UInt8>) {
        let packet = Array(slice)
        guard packet.count >= 28 else { return }
        let ends: Range<Int>
        let header: Int
        if packet[0] >> 4 == 4, packet[9] == 17, packet[6] & 0x1f == 0, packet[7] == 0 {
            (ends, header) = (12..<20, Int(packet[0] & 0x0f) * 4)
        } else if packet[0] >> 4 == 6, packet[6] == 17, packet.count >= 48 {
            (ends, header) = (8..<40, 40)
        } else {
            return
        }
        guard packet.count >= header + 8 else { return }
        let middle = ends.lowerBound + ends.count / 2
        let from = "\(packet[ends.lowerBound..<middle]):\(packet[header..<header + 2])"
        let to = "\(packet[middle..<ends.upperBound]):\(packet[header + 2..<header + 4])"
        let flow = from < to ? from + to : to + from
        let initiator = initiators[flow] ?? from
        initiators[flow] = initiator
        let length = Int(packet[header + 4]) << 8 | Int(packet[header + 5])
        let end = min(packet.count, header + max(8, length))
        datagrams.append(
            Datagram(flow: flow, fromInitiator: from == initiator, payload: Array(packet[(header + 8)..<end])))
    }
}
