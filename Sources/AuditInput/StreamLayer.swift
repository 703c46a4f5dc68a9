import Bytes
import Decryption
import HTTPDecoding
import StreamReassembly

/// Finds out what a byte stream carries, and passes it to the layer that reads that: TLS, HTTP/1.1, HTTP/2, or a stream
/// inside one of these, which is a layer of its own.
///
/// What is not recognized is passed over, and looked at again with each piece that the client sends: a TLS hello may follow
/// SOCKS, STARTTLS or a proxy's header. Memory: at most `heldLimit` bytes until it is recognized.
final class StreamLayer: StreamReceiver {
    private static let heldLimit = 128 << 10
    /// A protocol is recognized within so many bytes of the client, or by a piece that begins with it.
    private static let prefixLimit = 8_192

    private struct Piece {
        var bytes: [UInt8]
        var sender: Sender
        var position: StreamPosition
    }

    private let recorder: ConnectionRecorder
    private let depth: Int
    private let isSecure: Bool
    private var upper: (any StreamReceiver)?
    private var session: TLSSession?
    private var inner: StreamLayer?
    private var owner: LayerOwner?
    private var held: [Piece] = []
    /// The first bytes that the client sent, and how many pieces it sent.
    private var prefix: [UInt8] = []
    private var clientPieces = 0
    private var heldBytes = 0
    private var isLossy = false
    private var offset: [UInt64] = [0, 0]
    private var losses: [UnopenedRange] = []
    /// The protocol that ALPN agreed on.
    var agreedProtocol: String?

    init(_ recorder: ConnectionRecorder, depth: Int = 0, isSecure: Bool = false) {
        self.recorder = recorder
        self.depth = depth
        self.isSecure = isSecure
    }

    /// What happened to this layer and of those inside it.
    var outcome: DecryptionOutcome {
        var outcome = session?.outcome ?? DecryptionOutcome(state: losses.isEmpty || isSecure ? .clear : .partial)
        if session == nil, !isSecure { outcome.unopened = losses }
        if let inner { outcome = outcome.combined(with: inner.outcome) }
        if let tunnel = owner?.tunnels.map(\.outcome), !tunnel.isEmpty {
            outcome = tunnel.reduce(outcome) { $0.combined(with: $1) }
        }
        return outcome
    }

    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        offset[sender.rawValue] &+= UInt64(bytes.byteCount)
        if let upper { return upper.receive(bytes, from: sender, at: position) }
        if heldBytes + bytes.byteCount > Self.heldLimit {
            recognizeRecords()
            if let upper { return upper.receive(bytes, from: sender, at: position) }
            if !held.isEmpty { isLossy = true }
            giveUp()
        }
        held.append(Piece(bytes: bytes.copied(), sender: sender, position: position))
        heldBytes += bytes.byteCount
        recognize(bytes, from: sender)
    }

    func lose(_ count: Int?, from sender: Sender) {
        let start = offset[sender.rawValue]
        offset[sender.rawValue] &+= UInt64(count ?? 0)
        if losses.count < DecryptionOutcome.rangeLimit {
            losses.append(
                UnopenedRange(
                    isFromClient: sender == .client, bytes: start..<offset[sender.rawValue], isMissing: true))
        }
        if let upper { return upper.lose(count, from: sender) }
        isLossy = true
    }

    func close(_ sender: Sender) { upper?.close(sender) }

    func finish() {
        if upper == nil { recognizeRecords() }
        upper?.finish()
    }

    // MARK: Recognition

    private func giveUp() {
        held = []
        heldBytes = 0
    }

    private func recognize(_ bytes: RawSpan, from sender: Sender) {
        if sender == .server {
            // A server speaks first only in protocols that are not read here, or if the beginning is missing.
            guard isLossy || Self.isHello(bytes) else { return }
            return recognizeMiddle(bytes, from: sender)
        }
        clientPieces += 1
        if prefix.count < Self.prefixLimit {
            bytes.append(to: &prefix)
            let front = prefix
            let header = Self.proxyHeader(front)
            if start(front.rawSpan.clamped(header...), isWhole: true) { return }
        }
        // A protocol that leads to another one: what the client sends after an answer is looked at by itself.
        if clientPieces > 1 { _ = start(bytes, isWhole: false) }
    }

    /// Begins with the protocol that `bytes` begin with; `false` if it is not known.
    private func start(_ bytes: RawSpan, isWhole: Bool) -> Bool {
        if Self.isRecord(bytes) {
            begin(isWhole: isWhole, keeping: bytes.byteCount) { makeTLS() }
        } else if HTTP2Connection.mayBegin(bytes), bytes.byteCount >= 16 || agreedProtocol == "h2" {
            begin(isWhole: isWhole, keeping: bytes.byteCount) { HTTP2Connection(owner: makeOwner()) }
        } else if HTTP1Connection.mayBegin(bytes), bytes.byteCount >= 16, !HTTP2Connection.mayBegin(bytes) {
            begin(isWhole: isWhole, keeping: bytes.byteCount) { HTTP1Connection(owner: makeOwner()) }
        } else if isLossy || agreedProtocol == "h2", HTTP2Connection.mayContinue(bytes) {
            begin(isWhole: isWhole, keeping: bytes.byteCount) { HTTP2Connection(owner: makeOwner()) }
        } else {
            return false
        }
        return true
    }

    private func recognizeMiddle(_ bytes: RawSpan, from sender: Sender) {
        if Self.isRecord(bytes) {
            begin(isWhole: true, keeping: bytes.byteCount) { makeTLS() }
        } else if bytes.hasASCII("HTTP/1.") {
            begin(isWhole: true, keeping: bytes.byteCount) { HTTP1Connection(owner: makeOwner()) }
        } else if isSecure, HTTP2Connection.mayContinue(bytes) {
            begin(isWhole: true, keeping: bytes.byteCount) { HTTP2Connection(owner: makeOwner()) }
        }
    }

    /// A recording that begins in the middle of a connection may begin in the middle of a record.
    private func recognizeRecords() {
        guard isLossy, !isSecure else { return }
        for sender in Sender.allCases {
            var joined: [UInt8] = []
            for piece in held where piece.sender == sender { joined += piece.bytes }
            guard Self.holdsRecord(joined.rawSpan) else { continue }
            return begin(isWhole: true, keeping: 0) { makeTLS() }
        }
    }

    /// Makes the upper layer and gives it what was held: all of it, or only the client's last `count` bytes.
    private func begin(isWhole: Bool, keeping count: Int, _ make: () -> any StreamReceiver) {
        let receiver = make()
        upper = receiver
        let pieces = held
        giveUp()
        if isLossy {
            for sender in Sender.allCases { receiver.lose(nil, from: sender) }
        }
        guard isWhole else {
            if let last = pieces.last {
                let start = max(0, last.bytes.count - count)
                receiver.receive(last.bytes.rawSpan.clamped(start...), from: last.sender, at: last.position)
            }
            return
        }
        var joined: [UInt8] = []
        for piece in pieces where piece.sender == .client { joined += piece.bytes }
        var passed = Self.proxyHeader(joined)
        for piece in pieces {
            let skipped = piece.sender == .client ? min(passed, piece.bytes.count) : 0
            if piece.sender == .client { passed -= skipped }
            receiver.receive(piece.bytes.rawSpan.clamped(skipped...), from: piece.sender, at: piece.position)
        }
    }

    private func makeTLS() -> any StreamReceiver {
        guard depth < ConnectionRecorder.depthLimit else { return DiscardingReceiver() }
        let inner = StreamLayer(recorder, depth: depth + 1, isSecure: true)
        self.inner = inner
        let session = TLSSession(ring: recorder.ring, output: inner) { [weak inner] in inner?.agreedProtocol = $0 }
        self.session = session
        return session
    }

    private func makeOwner() -> LayerOwner {
        let owner = LayerOwner(recorder, depth: depth, isSecure: isSecure)
        self.owner = owner
        return owner
    }

    // MARK: Shapes

    /// Whether a TLS record may begin with `bytes` (RFC 8446 section 5.1).
    private static func isRecord(_ bytes: RawSpan) -> Bool {
        guard let type = bytes.byte(at: 0), (20...23).contains(type), bytes.byte(at: 1) == 3,
            let minor = bytes.byte(at: 2), minor <= 4, let length = bytes.uint16(at: 3)
        else { return false }
        return length > 0 && length <= 16_384 + 2_048
    }

    private static func isHello(_ bytes: RawSpan) -> Bool { isRecord(bytes) && bytes.byte(at: 0) == 22 }

    /// Whether a record of application data begins anywhere in `bytes`.
    private static func holdsRecord(_ bytes: RawSpan) -> Bool {
        for offset in 0..<max(0, bytes.byteCount - 5) {
            guard bytes.byte(at: offset) == 23, bytes.byte(at: offset + 2) == 3 else { continue }
            guard isRecord(bytes.clamped(offset...)), let length = bytes.uint16(at: offset + 3) else { continue }
            let next = bytes.clamped((offset + 5 + Int(length))...)
            if next.byteCount < 5 || isRecord(next) { return true }
        }
        return false
    }

    /// The length of a header of the PROXY protocol in front, 0 if there is none.
    private static func proxyHeader(_ text: [UInt8]) -> Int {
        let bytes = text.rawSpan
        if bytes.hasASCII("PROXY ") {
            for offset in 0..<min(bytes.byteCount, 107) where bytes.byte(at: offset) == 0x0A { return offset + 1 }
        }
        if bytes.hasASCII("\r\n\r\n\0\r\nQUIT\n"), let length = bytes.uint16(at: 14) { return 16 + Int(length) }
        return 0
    }
}

/// What a decoder of HTTP on one layer belongs to.
final class LayerOwner: HTTPOwner {
    private let recorder: ConnectionRecorder
    private let depth: Int
    let isSecure: Bool
    private(set) var tunnels: [StreamLayer] = []
    /// The most tunnels of one connection whose outcome is kept.
    private static let tunnelLimit = 4_096

    init(_ recorder: ConnectionRecorder, depth: Int, isSecure: Bool) {
        self.recorder = recorder
        self.depth = depth
        self.isSecure = isSecure
    }

    var connectionID: HTTPConnectionID { recorder.connectionID }
    var budget: BodyBudget { recorder.budget }
    func take(_ exchange: HTTPExchange) { recorder.take(exchange) }

    func openTunnel() -> (any StreamReceiver)? {
        guard depth < ConnectionRecorder.depthLimit, tunnels.count < Self.tunnelLimit else { return nil }
        let layer = StreamLayer(recorder, depth: depth + 1)
        tunnels.append(layer)
        return layer
    }
}
