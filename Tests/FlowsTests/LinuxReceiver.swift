import Wire

/// A segment of a client's, or one that an attacker sends in its name. Its numbers count from the first byte after the SYN.
struct SentSegment: CustomStringConvertible {
    var bytes: [UInt8] = []
    /// The number of its first byte.
    var start = 0
    /// What it acknowledges.
    var acknowledgment = 0
    var flags: TCPFlags = [.ack]
    /// The urgent pointer; `nil` without the URG flag.
    var urgent: Int?
    /// Whether it has a TCP MD5 option, which the SYN had not.
    var isSigned = false
    /// Whether its checksum is wrong.
    var isDamaged = false
    /// Whether its timestamp is older than those that the server took.
    var isOld = false
    /// Whether it reaches the server: a time to live may end before.
    var arrives = true

    var end: Int { start + bytes.count }

    var description: String {
        let marks = [
            isSigned ? "signed" : nil, isDamaged ? "damaged" : nil, isOld ? "old" : nil, arrives ? nil : "lost",
            urgent.map { "urgent \($0)" }, acknowledgment == 0 ? nil : "acknowledges \(acknowledgment)",
        ]
        let text = String(decoding: bytes.prefix(12), as: UTF8.self).unicodeScalars.map {
            $0.value < 32 || $0.value > 126 ? "." : String($0)
        }
        return "\(start)..<\(end) flags \(flags.rawValue) \(marks.compactMap(\.self)) \(text.joined())"
    }
}

/// A plain model of a Linux server after the handshake: which bytes of the client's it takes.
///
/// As net/ipv4/tcp_input.c does it: `tcp_validate_incoming`, `tcp_data_queue`, `tcp_data_queue_ofo` and `tcp_check_urg`, with an application
/// that reads at once and does not ask for urgent data. It shares no code with what it judges.
struct LinuxReceiver {
    /// What the application has read.
    private(set) var stream: [UInt8] = []
    /// The next byte that is expected.
    private(set) var expected = 0
    /// What came ahead of it, by its start.
    private var queue: [SentSegment] = []
    /// The place of the urgent byte that was not read yet.
    private var urgent: Int?

    /// How far it reaches from `expected`, as `PacketBuilder.tcp` announces it.
    static var window: Int { 0x4000 }

    /// Takes a segment; `false` if it is dropped, or never arrives.
    mutating func receive(_ segment: SentSegment) -> Bool {
        guard segment.arrives, isValid(segment) else { return false }
        if let pointer = segment.urgent { noteUrgent(at: segment.start + pointer - (pointer == 0 ? 0 : 1)) }
        guard !segment.bytes.isEmpty, segment.end > expected else { return true }
        if segment.start > expected {
            hold(segment)
        } else {
            read(segment)
            readHeld()
        }
        return true
    }

    private func isValid(_ segment: SentSegment) -> Bool {
        guard !segment.isSigned, !segment.isDamaged, !segment.isOld else { return false }
        // A RST counts at the expected number alone, and none of those here that arrive is there; a SYN is challenged.
        guard segment.flags.contains(.ack), segment.flags.isDisjoint(with: [.rst, .syn]) else { return false }
        guard segment.acknowledgment >= 0, segment.acknowledgment <= 0 else { return false }
        return segment.end >= expected && segment.start <= expected + Self.window
    }

    private mutating func noteUrgent(at place: Int) {
        guard place >= expected, urgent.map({ place > $0 }) ?? true else { return }
        urgent = place
    }

    /// Takes what of an expected segment is new.
    private mutating func read(_ segment: SentSegment) {
        guard segment.end > expected else { return }
        for (place, byte) in zip(expected..<segment.end, segment.bytes[(expected - segment.start)...]) {
            if place == urgent { urgent = nil } else { stream.append(byte) }
        }
        expected = segment.end
    }

    private mutating func readHeld() {
        while let first = queue.first, first.start <= expected {
            queue.removeFirst()
            read(first)
        }
    }

    /// Puts a segment among those that wait: one that another holds is dropped, and those that it covers give way. Of two that overlap
    /// in part both wait, and the one that begins earlier is read first.
    private mutating func hold(_ segment: SentSegment) {
        var place = queue.count
        for (index, other) in queue.enumerated() {
            if segment.start < other.start {
                place = index
                break
            }
            guard segment.start < other.end else { continue }
            if segment.end <= other.end { return }
            if segment.start == other.start {
                queue.remove(at: index)
                place = index
                break
            }
            place = index + 1
        }
        queue.insert(segment, at: place)
        while place + 1 < queue.count, queue[place + 1].end <= segment.end { queue.remove(at: place + 1) }
    }
}
