public import Wire

extension Flow.Direction {
    /// Counts a packet in this direction.
    @inlinable @inline(__always)
    mutating func add(_ packet: Packet) {
        bytes &+= UInt64(truncatingIfNeeded: packet.ipLength)
        packets &+= 1
    }

    /// A segment that does not continue the stream: it leaves a gap, fills one, or comes again.
    mutating func addOutOfOrder(_ sequence: UInt32, _ length: UInt32, _ loss: inout FlowColdState.Loss) {
        let ahead = Int32(bitPattern: sequence &- next)
        let end = sequence &+ length
        guard next != 0 || initial != 0, abs(Int64(ahead)) <= Self.window else {
            // The first segment, or numbers that belong to no stream we know.
            next = end
            return
        }
        if ahead > 0 {
            loss.missed &+= UInt64(ahead)
            loss.gapStart = next
            loss.gapEnd = sequence
            next = end
        } else {
            loss.fill(sequence, end)
            if Int32(bitPattern: end &- next) > 0 { next = end }
        }
    }

    /// The largest jump that is taken for a gap: more than any window (RFC 7323 section 2.3).
    private static var window: Int64 { 1 << 30 }
}

extension FlowColdState.Loss {
    /// Takes back from the latest gap what the range covers.
    fileprivate mutating func fill(_ start: UInt32, _ end: UInt32) {
        let from = max(0, Int32(bitPattern: start &- gapStart))
        let to = min(Int32(bitPattern: gapEnd &- gapStart), Int32(bitPattern: end &- gapStart))
        guard to > from else { return }
        missed &-= min(missed, UInt64(to &- from))
        if from == 0 {
            gapStart = gapStart &+ UInt32(to)
        } else {
            gapEnd = gapStart &+ UInt32(from)
        }
    }
}
