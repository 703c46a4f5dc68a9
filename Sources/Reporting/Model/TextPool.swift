import Bytes

/// Texts by number: each is kept once, so that tables hold numbers. The number 0 is the empty text, which means "none", and 1 is
/// `further`, which covers all texts that did not fit.
///
/// Bounded by `capacity` texts and `byteLimit` bytes. Hashes are keyed, so that no one who chooses names can choose collisions.
struct TextPool {
    /// The number of no text.
    static var none: UInt32 { 0 }
    /// The number of all that did not fit.
    static var further: UInt32 { 1 }

    private var bytes: [UInt8] = []
    private var ends: [Int] = [0, 0]
    private var hashes: [UInt64] = [0, 0]
    private var slots = [UInt32](repeating: 0, count: 1 << 12)
    private let seed = UInt64.random(in: .min ... .max)
    private let capacity: Int
    private let byteLimit: Int
    /// Look-ups that did not fit.
    private(set) var omitted: UInt64 = 0
    private var scratch: [UInt8] = []

    /// An empty pool.
    init(capacity: Int = 400_000, byteLimit: Int = 32 << 20) {
        self.capacity = capacity
        self.byteLimit = byteLimit
    }

    /// The number of the text of `value`; that of no text if it is no text.
    mutating func number(of value: JSONCursor.Value, _ span: RawSpan) -> UInt32 {
        switch value.kind {
        case .text: return number(of: span.clamped(value.range))
        case .escapedText:
            var decoded = scratch
            decoded.removeAll(keepingCapacity: true)
            JSONEscapes.decode(span, value.range, into: &decoded)
            let result = number(of: decoded.rawSpan)
            scratch = decoded
            return result
        default: return Self.none
        }
    }

    /// The number of `text`.
    mutating func number(of text: String) -> UInt32 {
        let bytes = Array(text.utf8)
        return number(of: bytes.rawSpan)
    }

    private mutating func number(of span: RawSpan) -> UInt32 {
        if span.byteCount == 0 { return Self.none }
        let hash = span.hash(seed: seed)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count &- 1)
        while slots[slot] > 0 {
            let number = slots[slot]
            if hashes[Int(number)] == hash, isText(number, span) { return number }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        guard ends.count < capacity, bytes.count &+ span.byteCount <= byteLimit else {
            omitted &+= 1
            return Self.further
        }
        let number = UInt32(ends.count)
        span.append(to: &bytes)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = number
        if ends.count * 2 > slots.count { grow() }
        return number
    }

    private func isText(_ number: UInt32, _ span: RawSpan) -> Bool {
        let start = ends[Int(number) &- 1]
        guard ends[Int(number)] &- start == span.byteCount else { return false }
        return bytes.rawSpan.clamped(start..<ends[Int(number)]).hasSameBytes(as: span)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for number in 2..<ends.count {
            var slot = Int(truncatingIfNeeded: hashes[number]) & (slots.count &- 1)
            while slots[slot] > 0 { slot = (slot &+ 1) & (slots.count &- 1) }
            slots[slot] = UInt32(number)
        }
    }

    /// The text of a number; bytes that are no UTF-8 become U+FFFD.
    subscript(_ number: UInt32) -> String {
        if number == Self.further { return "(further)" }
        guard number > 1, Int(number) < ends.count else { return "" }
        return String(decoding: bytes[ends[Int(number) - 1]..<ends[Int(number)]], as: UTF8.self)
    }
}
