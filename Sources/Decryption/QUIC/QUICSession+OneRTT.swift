import Bytes
import Protocols
import StreamReassembly

/// Packets with a short header (RFC 9000 section 17.3).
extension QUICSession {
    func receiveShort(
        _ datagram: RawSpan, start: Int, from sender: Sender, at position: StreamPosition
    ) -> OpeningResult {
        if direction(sender).application == nil { prepareKeys(trial: nil, datagram, sender) }
        guard direction(sender).application != nil else {
            return suite == nil && clientHello != nil ? .needsKeys : .failed
        }
        for count in idLengths(datagram, start: start, from: sender) {
            if openShort(datagram, start: start, idCount: count, from: sender, at: position) { return .opened }
        }
        return .failed
    }

    /// The lengths that the destination connection ID may have: that of one that is known, or each length in use.
    func idLengths(_ datagram: RawSpan, start: Int, from sender: Sender) -> [Int] {
        let ids = sender == .client ? serverIDs : clientIDs
        for id in ids.reversed() {
            let there = datagram.clamped(start + 1..<start + 1 + id.count)
            if there.hasSameBytes(as: id.rawSpan) { return [id.count] }
        }
        let lengths = Set(ids.map(\.count))
        return lengths.isEmpty ? [8, 0, 20, 4, 16, 5, 18, 12, 10] : lengths.sorted()
    }

    func openShort(
        _ datagram: RawSpan, start: Int, idCount: Int, from sender: Sender, at position: StreamPosition
    ) -> Bool {
        let side = direction(sender)
        let end = datagram.byteCount
        guard let keys = side.application,
            let packet = keys.unmask(datagram, start: start, numberOffset: start + 1 + idCount, end: end)
        else { return false }
        let number = QUICDirection.number(packet.truncated, count: packet.numberCount, expected: side.expected[2])
        if let plain = openPhase(packet, datagram: datagram, end: end, number: number, from: sender) {
            noteOpened(number, level: .application, from: sender)
            takeFrames(plain, .application, from: sender, at: position)
            return true
        }
        return false
    }

    /// Opens a packet of the current, the next or the previous key phase (RFC 9001 section 6).
    func openPhase(
        _ packet: QUICKeys.Unmasked, datagram: RawSpan, end: Int, number: UInt64, from sender: Sender
    ) -> [UInt8]? {
        let side = direction(sender)
        if packet.isKeyPhaseSet == side.isKeyPhaseSet {
            if let plain = side.application?.open(packet, datagram, end: end, number: number) { return plain }
            // Two updates were lost, or more: an even number of phases passed.
            return openLaterPhase(
                packet, datagram: datagram, end: end, number: number, from: sender, after: side.application)
        }
        if let plain = side.previous?.open(packet, datagram, end: end, number: number) { return plain }
        guard let next = side.next ?? side.application?.updated() else { return nil }
        guard let plain = next.open(packet, datagram, end: end, number: number) else {
            return openLaterPhase(packet, datagram: datagram, end: end, number: number, from: sender, after: next)
        }
        withDirection(sender) {
            $0.previous = $0.application
            $0.application = next
            $0.next = next.updated()
            $0.isKeyPhaseSet.toggle()
        }
        return plain
    }

    /// Tries every other key phase after that of `first`, as far as a recording may have missed them.
    func openLaterPhase(
        _ packet: QUICKeys.Unmasked, datagram: RawSpan, end: Int, number: UInt64, from sender: Sender,
        after first: QUICKeys?
    ) -> [UInt8]? {
        var keys = first
        for _ in 0..<Self.phaseLimit {
            keys = keys?.updated()?.updated()
            guard let plain = keys?.open(packet, datagram, end: end, number: number) else { continue }
            withDirection(sender) {
                $0.previous = nil
                $0.application = keys
                $0.next = keys?.updated()
                $0.isKeyPhaseSet = packet.isKeyPhaseSet
            }
            return plain
        }
        return nil
    }

    /// Goes to the key phase after `updates` updates: a recording began later. Both ends follow each other (RFC 9001 section 6.1).
    func skipPhases(_ updates: Int) {
        guard updates > 0 else { return }
        for sender in Sender.allCases {
            withDirection(sender) {
                for _ in 0..<updates {
                    $0.previous = $0.application
                    $0.application = $0.application?.updated()
                }
                $0.next = $0.application?.updated()
                $0.isKeyPhaseSet = updates % 2 == 1
            }
        }
    }
}
