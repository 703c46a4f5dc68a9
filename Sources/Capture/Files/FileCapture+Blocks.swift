public import Bytes

extension FileCapture {
    /// Passes on the frames of a pcapng file as long as they are not later than `bound`.
    @inlinable
    mutating func readBlocks<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int, through bound: Timestamp
    ) -> Int {
        var (handed, examined) = (0, 0)
        while examined < limit, let length = nextBlock() {
            let type = word(at: 0)
            let frame: BlockFrame? =
                switch type {
                case BlockType.enhancedPacket: enhancedFrame(length)
                case BlockType.packet: obsoleteFrame(length)
                default: simpleFrame(length)
                }
            examined &+= 1
            guard let frame else {
                // Its fields contradict one another, but where it ends is known.
                window.advance(by: length)
                continue
            }
            guard frame.time <= bound else {
                state = .waiting(frame.time)
                break
            }
            let header = FrameHeader(
                time: frame.time, wireLength: frame.length, linkType: frame.slot.linkType,
                interface: frame.slot.index)
            handed &+= deliver(header, at: frame.offset, count: frame.captured, frame.slot.program, to: &handler)
            latest = frame.time
            window.advance(by: length)
        }
        return handed
    }

    /// Reads the file's 32-bit integer `offset` bytes on, in the section's byte order.
    @inlinable @inline(__always)
    func word(at offset: Int) -> UInt32 {
        let value: UInt32 = window.integer(at: offset)
        return isSwapped ? value.byteSwapped : value
    }

    /// Makes the next packet block available and returns its length, reading what is before it; nothing at the end.
    @inlinable @inline(__always)
    mutating func nextBlock() -> Int? {
        while window.require(12) {
            let type = word(at: 0)
            let length = Int(word(at: 4))
            guard type == BlockType.enhancedPacket || type == BlockType.packet || type == BlockType.simplePacket else {
                guard passBlock(type) else { return nil }
                continue
            }
            guard isWhole(length) else { return nil }
            return length
        }
        endOfBytes()
        return nil
    }

    /// Makes a block of `length` bytes available and checks that both its lengths agree; false if reading ends.
    @inlinable @inline(__always)
    mutating func isWhole(_ length: Int) -> Bool {
        guard length >= 12, length & 3 == 0, length <= Self.largestRecord else {
            stopAtBlock(length)
            return false
        }
        guard window.require(length) else {
            endWithinRecord()
            return false
        }
        guard Int(word(at: length &- 4)) == length else {
            stopAtBlock(length)
            return false
        }
        return true
    }

    /// The frame of an Enhanced Packet Block (section 4.3).
    @inlinable @inline(__always)
    mutating func enhancedFrame(_ length: Int) -> BlockFrame? {
        guard length >= 32 else { return damagedFrame() }
        return frame(of: Int(word(at: 8)), length)
    }

    /// The frame of an obsolete Packet Block (appendix A of the draft), whose interface has only 16 bits.
    @usableFromInline
    mutating func obsoleteFrame(_ length: Int) -> BlockFrame? {
        guard length >= 32 else { return damagedFrame() }
        return frame(of: Int(halfWord(at: 8)), length)
    }

    /// What both kinds of block have in common behind their interface; `length` is at least 32.
    @inlinable @inline(__always)
    mutating func frame(of interface: Int, _ length: Int) -> BlockFrame? {
        let captured = Int(word(at: 20))
        guard interface < slots.count, captured <= length &- 32 else { return damagedFrame() }
        let slot = slots[interface]
        let time = slot.clock.time(UInt64(word(at: 12)) << 32 | UInt64(word(at: 16)))
        return BlockFrame(
            slot: slot, time: time, offset: 28, captured: captured, length: max(Int(word(at: 24)), captured))
    }

    /// The frame of a Simple Packet Block (section 4.4), which has no time: it gets that of the frame before it.
    @usableFromInline
    mutating func simpleFrame(_ length: Int) -> BlockFrame? {
        guard length >= 16, let slot = slots.first else { return damagedFrame() }
        let wireLength = Int(word(at: 8))
        var captured = min(wireLength, length - 16)
        if slot.snapshotLength > 0 { captured = min(captured, slot.snapshotLength) }
        return BlockFrame(slot: slot, time: latest, offset: 12, captured: captured, length: wireLength)
    }

    @usableFromInline @inline(never)
    mutating func damagedFrame() -> BlockFrame? {
        damage("a packet block names an interface that is not described, or more bytes than it holds; it is left out")
        return nil
    }

    @usableFromInline @inline(never)
    mutating func stopAtBlock(_ length: Int) {
        stop("a block claims \(length) bytes, which cannot be or does not agree with its end")
    }
}
