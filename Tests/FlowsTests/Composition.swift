import TestSupport
import Wire

/// One connection on which several tricks of evasion tools are played at once, drawn from a seed.
///
/// A client's kernel sends a hello, or a request in the clear, in pieces, and again until the server has it; beside it an attacker sends
/// segments with another name. The sensor is at the client: it sees all of them, and the server's acknowledgments some steps
/// later.
struct Composition {
    /// What is sent beside the true stream.
    enum Trick: CaseIterable {
        case farBelow, farAbove, noAcknowledgmentFlag, signed, damaged, unsentAcknowledgment, oldAcknowledgment
        case oldStamp
        case lostWhole, lostPiece, lostPieceOfOther, lostNoise, lostZeros, lostRequest, lostReset, lostEnd, lostUrgent
        case leftOverlap, aheadOfStream, again, againCut, farReset, lateSYN, lateSYNWithData, gaps, keepAlive
        case urgentWithoutData, rivalThatArrives
    }

    /// What happens around the handshake.
    enum Opening: CaseIterable {
        case plain, answerFromClient, dataOnSYN, dataBeforeAnswer, helloBeforeSYN, forgedAnswer
    }

    /// What follows once the server has all.
    enum Ending: CaseIterable { case hello, silence, end }

    static let trueName = "true.example"

    /// What the client's program sends.
    var stream: [UInt8]
    /// The segments in the order in which the sensor sees them.
    var segments: [SentSegment] = []
    var tricks: [Trick] = []
    var opening = Opening.plain
    var ending = Ending.hello
    /// After how many of the client's segments an acknowledgment is seen.
    var lag = 0
    var hasStamps = false
    /// The number of the client's SYN.
    var first: UInt32 = 1000
    /// Which name a server sees in which stream.
    private(set) var names: [[UInt8]: String] = [:]

    private let isTLS: Bool
    private var random: Xorshift

    /// The composition of `seed`.
    init(seed: UInt64) {
        random = Xorshift(seed: seed)
        for _ in 0..<8 { _ = random.next() }
        isTLS = random.below(5) > 0
        stream = []
        stream = message("true.example")
        opening = random.below(2) == 0 ? .plain : Opening.allCases.randomElement(using: &random) ?? .plain
        ending = Ending.allCases.randomElement(using: &random) ?? .hello
        lag = [0, 1, 3, 8, 1000][random.below(5)]
        hasStamps = random.below(2) == 0
        first = random.below(4) == 0 ? .max - UInt32(random.below(600)) : UInt32(random.below(1 << 30))
        addUrgentBytes()
        cut()
        for _ in 0...random.below(12) {
            let trick = Trick.allCases.randomElement(using: &random) ?? .again
            tricks.append(trick)
            add(trick)
        }
    }

    /// The name in what a server read: that of the hello or request at the front; `nil` if there is none.
    func name(in read: [UInt8]) -> String? {
        if let name = names.first(where: { read.starts(with: $0.key) })?.value { return name }
        return names[Self.handshake(in: read)]
    }

    /// The handshake bytes of the records at the front, without alerts and ChangeCipherSpec.
    private static func handshake(in read: [UInt8]) -> [UInt8] {
        var rest = read[...]
        var message: [UInt8] = []
        while rest.count > 5, let type = rest.first, (20...22).contains(type) {
            let count = Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4])
            if type == 22 { message += rest.dropFirst(5).prefix(count) }
            rest = rest.dropFirst(5 + count)
        }
        return message
    }

    // MARK: The true stream

    /// A hello or a request for `name`, as the client's program may send it.
    private mutating func message(_ name: String) -> [UInt8] {
        guard isTLS else {
            let text = Array("GET / HTTP/1.1\r\nHost: \(name)\r\nAccept: */*\r\n\r\n".utf8)
            names[text] = name
            return text
        }
        var builder = ClientHelloBuilder(serverName: name)
        if random.below(2) == 0 { builder.pad(to: 400 + random.below(1200)) }
        let sizes = random.below(3) == 0 ? (0..<random.below(4)).map { _ in 1 + random.below(90) } : []
        names[builder.handshake] = name
        let alert: [UInt8] = [21, 3, 1, 0, 2, 1, 0]
        return (random.below(6) == 0 ? alert : []) + ClientHelloBuilder.records(builder.handshake, sizes: sizes)
    }

    /// Puts bytes in that Linux takes out again.
    private mutating func addUrgentBytes() {
        guard random.below(4) == 0 else { return }
        let place = random.below(stream.count)
        stream.insert(UInt8(ascii: "x"), at: place)
        let before = place == 0 ? 0 : random.below(place)
        segments = [SentSegment(bytes: Array(stream[before...place]), start: before, urgent: place - before + 1)]
    }

    private mutating func cut() {
        let size = [stream.count, 1 + stream.count / 2, 100, 17, 5][random.below(5)]
        var pieces = stride(from: 0, to: stream.count, by: size).map { start in
            SentSegment(bytes: Array(stream[start..<min(start + size, stream.count)]), start: start)
        }
        switch random.below(3) {
        case 0: break
        case 1: pieces.reverse()
        default: pieces.shuffle(using: &random)
        }
        // Some are lost after the sensor, and sent again.
        for index in pieces.indices where random.below(8) == 0 { pieces[index].arrives = false }
        segments += pieces
    }

    // MARK: Tricks

    private mutating func add(_ trick: Trick) {
        let place = random.below(segments.count + 1)
        segments.insert(contentsOf: made(trick), at: place)
    }

    /// A part of a message with another name, at its place in the stream.
    private mutating func part(isWhole: Bool) -> SentSegment {
        let other = message("decoy\(random.below(4)).example")
        let start = isWhole ? 0 : random.below(other.count)
        let end = isWhole ? other.count : start + 1 + random.below(other.count - start)
        return SentSegment(bytes: Array(other[start..<end]), start: start)
    }

    private mutating func made(_ trick: Trick) -> [SentSegment] {
        var segment = part(isWhole: random.below(2) == 0)
        switch trick {
        case .farBelow: segment.start -= 10_000 + random.below(1 << 20)
        case .farAbove: segment.start += 200_000 + random.below(1 << 20)
        case .noAcknowledgmentFlag: segment.flags = [.psh]
        case .signed: segment.isSigned = true
        case .damaged: segment.isDamaged = true
        case .unsentAcknowledgment: segment.acknowledgment = 50_000 + random.below(1 << 20)
        case .oldAcknowledgment: segment.acknowledgment = -70_000 - random.below(1 << 20)
        case .oldStamp: segment.isOld = true
        case .leftOverlap: segment = leftOverlap()
        case .again, .againCut, .aheadOfStream, .keepAlive, .gaps, .rivalThatArrives, .urgentWithoutData:
            return arriving(trick, segment)
        default: return lost(trick, segment)
        }
        // Without timestamps an old one is no reason to drop a segment.
        if segment.isOld, !hasStamps { segment.arrives = false }
        return [segment]
    }

    private mutating func lost(_ trick: Trick, _ segment: SentSegment) -> [SentSegment] {
        var segment = segment
        segment.arrives = false
        switch trick {
        case .lostWhole: segment = part(isWhole: true)
        case .lostPiece: segment = part(isWhole: false)
        case .lostPieceOfOther: segment.start = random.below(stream.count)
        case .lostNoise: segment.bytes = segment.bytes.map { _ in UInt8(random.below(256)) }
        case .lostZeros: segment.bytes = [UInt8](repeating: 0, count: 1 + random.below(100))
        case .lostRequest: segment.bytes = Array("GET / HTTP/1.1\r\nHost: decoy9.example\r\n\r\n".utf8)
        case .lostReset: segment = SentSegment(start: random.below(stream.count), flags: [.rst])
        case .lostEnd: segment = SentSegment(start: random.below(stream.count), flags: [.fin, .ack])
        case .lostUrgent: segment.urgent = 1 + random.below(segment.bytes.count)
        case .farReset: segment = SentSegment(start: stream.count + 5000, flags: [.rst])
        case .lateSYN: segment = SentSegment(start: 7000 + random.below(1 << 20), flags: [.syn])
        case .lateSYNWithData: segment.flags = [.syn]
        default: break
        }
        segment.arrives = false
        return [segment]
    }

    private mutating func arriving(_ trick: Trick, _ segment: SentSegment) -> [SentSegment] {
        let start = random.below(stream.count)
        let end = start + 1 + random.below(stream.count - start)
        let own = SentSegment(bytes: Array(stream[start..<end]), start: start)
        switch trick {
        case .again: return [own]
        case .againCut: return own.bytes.enumerated().prefix(20).map { SentSegment(bytes: [$1], start: start + $0) }
        case .keepAlive: return [SentSegment(bytes: [0], start: -1)]
        case .gaps:
            return (0..<1 + random.below(40)).map { SentSegment(bytes: [7], start: stream.count + 100 + 3 * $0) }
        case .urgentWithoutData: return [SentSegment(urgent: 1 + random.below(stream.count + 20))]
        case .aheadOfStream: return [SentSegment(bytes: own.bytes.map { $0 ^ 0x20 }, start: start)]
        default: return [segment]
        }
    }

    /// A segment that begins left of the window with another name; what reaches into the window is the true stream's.
    private mutating func leftOverlap() -> SentSegment {
        let other = message("decoy.example")
        return SentSegment(
            bytes: other + stream.prefix(random.below(stream.count)), start: -other.count)
    }
}
