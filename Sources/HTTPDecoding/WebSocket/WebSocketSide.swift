import Bytes
import Decompression
import StreamReassembly

/// One direction of a WebSocket: frames into messages (RFC 6455 section 5).
struct WebSocketSide {
    private struct Frame {
        var left: UInt64
        var isLast: Bool
        var isControl: Bool
        var mask: [UInt8]
        var offset = 0
    }

    private struct Message {
        var body: BodyCollector?
        var position: StreamPosition
        var isCompressed: Bool
        var output = 0
        var isDamaged = false
    }

    private let compression: WebSocketCompression?
    private let takesOver: Bool
    private var inflater: Inflater?
    private var header: [UInt8] = []
    private var headerPosition = StreamPosition(time: .distantPast, packet: 0)
    private var frame: Frame?
    private var message: Message?
    private var isLost = false

    init(compression: WebSocketCompression?, takesOver: Bool) {
        self.compression = compression
        self.takesOver = takesOver
    }

    /// Takes the next bytes and passes the body of each complete message to `body`. Without a budget only frames are followed.
    mutating func receive(
        _ bytes: RawSpan, at position: StreamPosition, budget: BodyBudget?, _ body: (HTTPBody, StreamPosition) -> Void
    ) {
        if isLost, header.isEmpty { isLost = !Self.mayBegin(bytes, isMasked: budget != nil) }
        guard !isLost else { return }
        var cursor = 0
        while cursor < bytes.byteCount {
            if var current = frame {
                let count = Int(clamping: min(current.left, UInt64(bytes.byteCount - cursor)))
                if !current.isControl { take(bytes.clamped(cursor..<cursor + count), &current) }
                current.left -= UInt64(count)
                cursor += count
                frame = current
                if current.left == 0 { endFrame(current, body) }
                continue
            }
            if header.isEmpty { headerPosition = position }
            guard let byte = bytes.byte(at: cursor) else { return }
            header.append(byte)
            cursor += 1
            guard header.count >= 2, header.count >= headerCount else { continue }
            beginFrame(budget)
            if let frame, frame.left == 0 { endFrame(frame, body) }
        }
    }

    /// Notes that bytes are missing.
    mutating func lose(_ count: Int?, budget: BodyBudget?, _ body: (HTTPBody, StreamPosition) -> Void) {
        message?.body?.lose(nil)
        message?.isDamaged = true
        if let count, var current = frame, header.isEmpty, UInt64(count) <= current.left {
            current.left -= UInt64(count)
            current.offset += count
            if message?.isCompressed == false { message?.body?.lose(count) }
            frame = current
            if current.left == 0 { endFrame(current, body) }
            return
        }
        finish(body)
        header = []
        frame = nil
        // What later messages refer to is not known any more.
        if takesOver { inflater = nil }
        isLost = true
    }

    /// Gives out the message that is not complete.
    mutating func finish(_ body: (HTTPBody, StreamPosition) -> Void) {
        guard var message, message.body != nil else { return }
        message.body?.lose(nil)
        if let collected = message.body { body(collected.body, message.position) }
        self.message = nil
    }

    /// The length of the header, as far as it is known.
    private var headerCount: Int {
        let length = header[1] & 0x7F
        return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (header[1] & 0x80 != 0 ? 4 : 0)
    }

    private mutating func beginFrame(_ budget: BodyBudget?) {
        var length = UInt64(header[1] & 0x7F)
        var cursor = 2
        if length >= 126 {
            let count = length == 126 ? 2 : 8
            length = header[2..<2 + count].reduce(0) { $0 << 8 | UInt64($1) }
            cursor += count
        }
        let opcode = header[0] & 0x0F
        let mask = header[1] & 0x80 != 0 ? Array(header[cursor..<cursor + 4]) : []
        frame = Frame(left: length, isLast: header[0] & 0x80 != 0, isControl: opcode >= 8, mask: mask)
        if opcode == 1 || opcode == 2 {
            message = Message(
                body: budget.map { BodyCollector($0) }, position: headerPosition,
                isCompressed: header[0] & 0x40 != 0 && compression != nil)
        }
        header = []
    }

    private mutating func take(_ bytes: RawSpan, _ frame: inout Frame) {
        guard message?.body != nil else { return }
        var plain = bytes.copied()
        if !frame.mask.isEmpty {
            for index in plain.indices { plain[index] ^= frame.mask[(frame.offset + index) & 3] }
        }
        frame.offset = (frame.offset + plain.count) & 3
        if message?.isCompressed == true { inflate(plain.rawSpan) } else { message?.body?.append(plain.rawSpan) }
    }

    private mutating func inflate(_ bytes: RawSpan) {
        guard message?.isDamaged == false else { return }
        let inflater = inflater ?? Inflater(.raw)
        self.inflater = inflater
        var used = 0
        while true {
            var output: [UInt8] = []
            let step = inflater.step(bytes.clamped(used...), into: &output)
            message?.body?.append(output.rawSpan)
            message?.output += output.count
            switch step {
            case .full(let count) where (message?.output ?? 0) < WebSocketConnection.messageLimit: used += count
            case .needsInput: return
            // A block may be the last one of its stream; the next message begins another.
            case .ended(let count):
                inflater.reset()
                used += count
                if used >= bytes.byteCount { return }
            default:
                message?.isDamaged = true
                message?.body?.lose(nil)
                self.inflater = nil
                return
            }
        }
    }

    private mutating func endFrame(_ ended: Frame, _ body: (HTTPBody, StreamPosition) -> Void) {
        frame = nil
        guard ended.isLast, !ended.isControl, message != nil else { return }
        if message?.isCompressed == true {
            // The end that the sender took away (RFC 7692 section 7.2.2).
            let end: [UInt8] = [0, 0, 0xFF, 0xFF]
            inflate(end.rawSpan)
            if !takesOver { inflater = nil }
        }
        if let message, let collected = message.body { body(collected.body, message.position) }
        message = nil
    }

    /// Whether a frame may begin here, after a loss: known bits, a first frame, and the mask that the direction asks for.
    private static func mayBegin(_ bytes: RawSpan, isMasked: Bool) -> Bool {
        guard let first = bytes.byte(at: 0), let second = bytes.byte(at: 1) else { return false }
        let opcode = first & 0x0F
        return first & 0x30 == 0 && (second & 0x80 != 0) == isMasked && (opcode <= 2 || (8...10).contains(opcode))
    }
}
