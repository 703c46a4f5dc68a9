import Bytes
import Protocols

/// The frames of an opened packet that matter to the streams (RFC 9000 section 19).
enum QUICFrame {
    case crypto(offset: UInt64, ByteRange)
    case stream(id: UInt64, offset: UInt64, ByteRange, isLast: Bool)
    case reset(id: UInt64, finalSize: UInt64)
    case newConnectionID([UInt8])
    /// The packet numbers that the other end has received, the largest first.
    case acknowledgment([ClosedRange<UInt64>])
    case connectionClose
    /// Passed over.
    case other
}

/// Reads frames one after another. Linear in the bytes: each step passes at least one.
struct QUICFrameReader {
    /// The next frame. `unsupported` if its type is not known, so that what follows it cannot be found.
    static func next(_ reader: inout ByteReader) throws(ParseError) -> QUICFrame {
        let type = try reader.variableInteger()
        switch type {
        case 0x00:
            reader.skipZeros()
            return .other
        case 0x01, 0x1E, 0x1F: return .other
        case 0x02, 0x03: return try acknowledgment(&reader, hasECN: type == 0x03)
        case 0x04:
            let id = try reader.variableInteger()
            _ = try reader.variableInteger()
            return .reset(id: id, finalSize: try reader.variableInteger())
        case 0x06:
            let offset = try reader.variableInteger()
            return .crypto(offset: offset, try reader.range(try reader.variableLength()))
        case 0x08...0x0F: return try stream(type, &reader)
        case 0x18: return try newConnectionID(&reader)
        case 0x1C, 0x1D: return try connectionClose(&reader, isTransport: type == 0x1C)
        default: return try skipped(type, &reader)
        }
    }

    private static func acknowledgment(_ reader: inout ByteReader, hasECN: Bool) throws(ParseError) -> QUICFrame {
        let largest = try reader.variableInteger()
        _ = try reader.variableInteger()
        let count = try reader.variableInteger()
        let first = try reader.variableInteger()
        guard count <= UInt64(reader.count) else { throw .truncated }
        guard first <= largest else { throw .malformed }
        var ranges = [largest - first...largest]
        var smallest = largest - first
        for _ in 0..<count {
            // One number at least is between two ranges (RFC 9000 section 19.3.1).
            let gap = try reader.variableInteger() + 2
            let length = try reader.variableInteger()
            guard gap <= smallest, length <= smallest - gap else { throw .malformed }
            ranges.append(smallest - gap - length...smallest - gap)
            smallest = smallest - gap - length
        }
        if hasECN { for _ in 0..<3 { _ = try reader.variableInteger() } }
        return .acknowledgment(ranges)
    }

    private static func stream(_ type: UInt64, _ reader: inout ByteReader) throws(ParseError) -> QUICFrame {
        let id = try reader.variableInteger()
        let offset = type & 0x04 != 0 ? try reader.variableInteger() : 0
        let length = type & 0x02 != 0 ? try reader.variableLength() : reader.count
        return .stream(id: id, offset: offset, try reader.range(length), isLast: type & 0x01 != 0)
    }

    private static func newConnectionID(_ reader: inout ByteReader) throws(ParseError) -> QUICFrame {
        _ = try reader.variableInteger()
        _ = try reader.variableInteger()
        let id = try reader.span(Int(try reader.uint8())).copied()
        try reader.skip(16)
        return .newConnectionID(id)
    }

    private static func connectionClose(_ reader: inout ByteReader, isTransport: Bool) throws(ParseError) -> QUICFrame {
        _ = try reader.variableInteger()
        if isTransport { _ = try reader.variableInteger() }
        try reader.skip(try reader.variableLength())
        return .connectionClose
    }

    private static func skipped(_ type: UInt64, _ reader: inout ByteReader) throws(ParseError) -> QUICFrame {
        switch type {
        case 0x05, 0x11, 0x15:
            _ = try reader.variableInteger()
            _ = try reader.variableInteger()
        case 0x07: try reader.skip(try reader.variableLength())
        case 0x10, 0x12...0x14, 0x16, 0x17, 0x19: _ = try reader.variableInteger()
        case 0x1A, 0x1B: try reader.skip(8)
        case 0x30: try reader.skip(reader.count)
        case 0x31: try reader.skip(try reader.variableLength())
        // ACK_FREQUENCY (draft-ietf-quic-ack-frequency section 4).
        case 0xAF: for _ in 0..<4 { _ = try reader.variableInteger() }
        // RESET_STREAM_AT (draft-ietf-quic-reliable-stream-reset).
        case 0x24: for _ in 0..<4 { _ = try reader.variableInteger() }
        default: throw .unsupported
        }
        return .other
    }
}
