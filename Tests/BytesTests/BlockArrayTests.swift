import Bytes
import TestSupport
import Testing

@Suite struct BlockArrayTests {
    @Test("Any order of changes is that of a dictionary by slot", arguments: 1...10)
    func model(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed))
        var array = BlockArray<String>()
        var model: [Int: String] = [:]
        for step in 0..<3_000 {
            switch generator.below(10) {
            case 0..<5:
                let slot = array.insert("value \(step)")
                #expect(model[slot] == nil, "a slot in use is not given again")
                model[slot] = "value \(step)"
            case 5..<8:
                guard let slot = model.keys.randomElement(using: &generator) else { continue }
                #expect(array.remove(slot) == model.removeValue(forKey: slot))
            default:
                guard let slot = model.keys.randomElement(using: &generator) else { continue }
                let taken = array.take(slot)
                #expect(taken == model[slot])
                model[slot] = "changed \(step)"
                array.putBack("changed \(step)", slot)
            }
            #expect(array.count == model.count)
        }
        for (slot, value) in model { #expect(array[slot] == value) }
    }

    @Test("A slot that was freed holds no value, and is used again")
    func reuse() {
        var array = BlockArray<Int>()
        let first = array.insert(1)
        let second = array.insert(2)
        #expect(array.remove(first) == 1 && array[first] == nil && array[second] == 2)
        #expect(array.remove(first) == nil, "removing twice gives nothing")
        #expect(array.insert(3) == first && array[first] == 3)
        #expect(array.count == 2)
    }

    @Test("Many values stay in their slots while the array grows")
    func growth() {
        var array = BlockArray<Int>()
        let slots = (0..<10_000).map { array.insert($0) }
        #expect(Set(slots).count == 10_000)
        for (value, slot) in slots.enumerated() { #expect(array[slot] == value) }
    }
}

@Suite struct ByteReaderModelTests {
    @Test("Any sequence of reads is that of a plain array with a cursor", arguments: 1...30)
    func model(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed))
        let bytes = (0..<generator.below(200)).map { _ in
            generator.below(3) == 0 ? 0 : UInt8(truncatingIfNeeded: generator.next())
        }
        var cursor = 0
        let span = bytes.rawSpan
        var reader = ByteReader(span)
        for _ in 0..<100 {
            let width = [1, 2, 3, 4, 8][generator.below(5)]
            let fits = cursor + width <= bytes.count
            let expected = fits ? bytes[cursor..<cursor + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : nil
            var found: UInt64?
            switch width {
            case 1: found = (try? reader.uint8()).map(UInt64.init)
            case 2: found = (try? reader.uint16()).map(UInt64.init)
            case 3: found = (try? reader.uint24()).map(UInt64.init)
            case 4: found = (try? reader.uint32()).map(UInt64.init)
            default: found = try? reader.uint64()
            }
            #expect(found == expected)
            if fits { cursor += width }
            if generator.below(4) == 0 {
                let length = generator.below(20) - 3
                let isRefused = length < 0 || cursor + length > bytes.count
                do {
                    try reader.skip(length)
                    #expect(!isRefused)
                    cursor += length
                } catch {
                    #expect(isRefused)
                    #expect(error == (length < 0 ? .malformed : .truncated))
                }
            }
            if generator.below(6) == 0 {
                reader.skipZeros()
                while cursor < bytes.count, bytes[cursor] == 0 { cursor += 1 }
            }
            let (position, count, isEmpty) = (reader.position, reader.count, reader.isEmpty)
            #expect(position == cursor && count == bytes.count - cursor && isEmpty == (cursor == bytes.count))
        }
    }

    @Test("Searches and comparisons of a span are those of an array", arguments: 1...20)
    func searches(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed) + 400)
        let bytes = (0..<generator.below(100)).map { _ in UInt8(0x41 + generator.below(40)) }
        for _ in 0..<50 {
            let byte = UInt8(0x41 + generator.below(40))
            let lower = generator.below(110) - 5
            let range = lower..<(lower + generator.below(60))
            let inside = range.clamped(to: 0..<bytes.count)
            let found = bytes.rawSpan.firstIndex(of: byte, in: range)
            #expect(found == bytes[inside].firstIndex(of: byte))
        }
        var other = bytes
        let isSame = bytes.rawSpan.hasSameBytes(as: other.rawSpan)
        let hashes = (bytes.rawSpan.quickHash, other.rawSpan.quickHash)
        #expect(isSame && hashes.0 == hashes.1)
        guard !other.isEmpty else { return }
        other[generator.below(other.count)] ^= 1
        let isStillSame = bytes.rawSpan.hasSameBytes(as: other.rawSpan)
        #expect(!isStillSame)
        let lowered = bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        let isLowercase = lowered.rawSpan.isLowercase(of: bytes.rawSpan)
        #expect(isLowercase)
    }
}
