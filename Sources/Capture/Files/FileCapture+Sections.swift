public import Bytes

extension FileCapture {
    /// Reads a Section Header Block (section 4.1) and forgets the interfaces of the section before; false if it is
    /// damaged, and then `window` has not moved.
    mutating func openSection() -> Bool {
        guard window.require(28) else { return false }
        switch window.integer(at: 8, as: UInt32.self) {
        case 0x1A2B_3C4D: isSwapped = false
        case 0x4D3C_2B1A: isSwapped = true
        default: return false
        }
        let major: UInt16 = window.integer(at: 12)
        let length = Int(word(at: 4))
        guard (isSwapped ? major.byteSwapped : major) == 1, length >= 28, isWhole(length) else { return false }
        slots.removeAll(keepingCapacity: true)
        window.advance(by: length)
        return true
    }

    /// Reads or passes over a block that holds no frame; false if reading ends.
    @usableFromInline
    mutating func passBlock(_ type: UInt32) -> Bool {
        if type == BlockType.sectionHeader {
            if openSection() { return true }
            if case .open = state { stop("a section header is damaged") }
            return false
        }
        let length = Int(word(at: 4))
        if type == BlockType.decryptionSecrets, keepsSecrets { return keepSecrets(length) }
        guard type == BlockType.interfaceDescription || type == BlockType.interfaceStatistics else {
            return passUnknownBlock(length)
        }
        guard isWhole(length) else { return false }
        if type == BlockType.interfaceDescription {
            describeInterface(length)
        } else {
            countDrops(length)
        }
        window.advance(by: length)
        return true
    }

    /// Passes over a block of any size without keeping it, and checks its second length.
    private mutating func passUnknownBlock(_ length: Int) -> Bool {
        guard length >= 12, length & 3 == 0 else {
            stopAtBlock(length)
            return false
        }
        guard window.skip(length - 4), window.require(4) else {
            endWithinRecord()
            return false
        }
        guard Int(word(at: 0)) == length else {
            stopAtBlock(length)
            return false
        }
        window.advance(by: 4)
        return true
    }

    /// Enters the interface of an Interface Description Block (section 4.2) of `length` bytes.
    private mutating func describeInterface(_ length: Int) {
        // Frames name it by 32 bits here and by 16 in what is handed on; real files have a handful.
        guard length >= 20, slots.count < Int(UInt16.max) else {
            damage("an interface description is too short, or one too many; it is left out")
            return
        }
        let linkType = LinkType(network: UInt32(halfWord(at: 8)))
        var name = slots.isEmpty ? fileName : "\(fileName)#\(slots.count)"
        var (resolution, offset): (UInt8, Int64) = (6, 0)
        forEachOption(from: 16, to: length - 4) { capture, code, start, count in
            switch code {
            case 2 where count > 0: name = capture.text(at: start, count: min(count, 255))
            case 9 where count >= 1: resolution = capture.window.integer(at: start)
            case 14 where count >= 8: offset = Int64(bitPattern: capture.doubleWord(at: start))
            default: break
            }
        }
        let snapshotLength = Int(word(at: 12))
        addSlot(
            InterfaceDescription(name: name, linkType: linkType, snapshotLength: snapshotLength),
            TickClock(resolution: resolution, offset: offset))
    }

    /// Adopts the drop totals of an Interface Statistics Block (section 4.6).
    private mutating func countDrops(_ length: Int) {
        guard length >= 24, Int(word(at: 8)) < slots.count else { return }
        let interface = Int(word(at: 8))
        var byInterface = slots[interface].dropsByInterface
        var byKernel = slots[interface].dropsByKernel
        forEachOption(from: 20, to: length - 4) { capture, code, start, count in
            switch code {
            case 5 where count >= 8: byInterface = max(byInterface, capture.doubleWord(at: start))
            case 7 where count >= 8: byKernel = max(byKernel, capture.doubleWord(at: start))
            default: break
            }
        }
        // The blocks hold totals, so each adds only what is new since the one before.
        counters.droppedByInterface &+= byInterface &- slots[interface].dropsByInterface
        counters.droppedByKernel &+= byKernel &- slots[interface].dropsByKernel
        slots[interface].dropsByInterface = byInterface
        slots[interface].dropsByKernel = byKernel
    }

    /// Calls `body` for each option (section 3.5) that is whole between two offsets of the current block.
    private borrowing func forEachOption(
        from start: Int, to end: Int, _ body: (borrowing FileCapture, UInt16, Int, Int) -> Void
    ) {
        var offset = start
        while end - offset >= 4 {
            let code = halfWord(at: offset)
            let count = Int(halfWord(at: offset + 2))
            guard code != 0, count <= end - offset - 4 else { return }
            body(self, code, offset + 4, count)
            offset += 4 + ((count + 3) & ~3)
        }
    }

    func halfWord(at offset: Int) -> UInt16 {
        let value: UInt16 = window.integer(at: offset)
        return isSwapped ? value.byteSwapped : value
    }

    private func doubleWord(at offset: Int) -> UInt64 {
        let value: UInt64 = window.integer(at: offset)
        return isSwapped ? value.byteSwapped : value
    }

    private func text(at offset: Int, count: Int) -> String {
        // Invariant: the caller keeps to the block, which is in memory; `String` copies the bytes.
        unsafe String(decoding: window.bytes(at: offset, count: count).prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// What reading a frame needs of its interface. Trivial, so that a copy is a load.
@usableFromInline
@frozen
struct InterfaceSlot: BitwiseCopyable, Sendable {
    /// Its index among the source's interfaces.
    @usableFromInline var index: UInt16
    @usableFromInline var linkType: LinkType
    @usableFromInline var snapshotLength: Int
    @usableFromInline var clock: TickClock
    /// The filter's program for its link type.
    @usableFromInline var program: PacketFilter.Program
    /// The drop totals that its statistics blocks reported last.
    var dropsByInterface: UInt64 = 0
    var dropsByKernel: UInt64 = 0
}

/// The interfaces of one source, each once, shared by the files of a set. It belongs to the thread that reads the source.
public final class InterfaceTable {
    /// The interfaces met so far; it only grows, and `FrameHeader.interface` is an index into it.
    public private(set) var interfaces: [InterfaceDescription] = []
    /// The file that is read now, an index into `CaptureSet.paths`; 0 for a source of one file.
    public internal(set) var file = 0
    private var indices: [InterfaceDescription: UInt16] = [:]

    /// The index of `interface`, entered if it is new. Past 65,535 all others share the last index.
    func index(of interface: InterfaceDescription) -> UInt16 {
        if let index = indices[interface] { return index }
        guard interfaces.count < Int(UInt16.max) else { return .max - 1 }
        let index = UInt16(interfaces.count)
        interfaces.append(interface)
        indices[interface] = index
        return index
    }
}

// Invariant: a table is used by the one thread that reads the source it belongs to, and moves to another only with it.
extension InterfaceTable: @unchecked Sendable {}
