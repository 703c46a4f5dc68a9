import Bytes
import TestSupport
import Testing

@testable import Flows

/// A stream as a plain array of bytes that have come or not.
private struct PlainStream {
    var bytes: [UInt8?] = []
    var conflicts = 0

    mutating func add(_ segment: [UInt8], at offset: Int) {
        for (index, byte) in segment.enumerated() where offset + index >= 0 {
            let place = offset + index
            if place >= bytes.count { bytes += [UInt8?](repeating: nil, count: place + 1 - bytes.count) }
            if let known = bytes[place] {
                if known != byte { conflicts += 1 }
            } else {
                bytes[place] = byte
            }
        }
    }

    var contiguous: [UInt8] { bytes.prefix { $0 != nil }.compactMap { $0 } }
}

@Test func randomSegmentsAgreeWithAPlainModel() {
    var random = Xorshift(seed: 31)
    for round in 0..<600 {
        let base = round % 3 == 0 ? UInt32.max - UInt32(random.below(400)) : UInt32(truncatingIfNeeded: random.next())
        var assembly = StreamAssembly(base: base, isFloating: false)
        var model = PlainStream()
        for _ in 0..<60 {
            let offset = random.below(600) - 40
            let segment = (0..<random.below(80)).map { UInt8(truncatingIfNeeded: offset + $0 + random.below(20) / 19) }
            #expect(assembly.add(segment.rawSpan, sequence: base &+ UInt32(bitPattern: Int32(offset))) == .added)
            model.add(segment, at: offset)
            #expect(Array(assembly.bytes.prefix(assembly.contiguous)) == model.contiguous)
            #expect(assembly.conflicts == model.conflicts)
        }
    }
}

@Test func aFloatingStreamMovesItsBeginningBack() {
    let whole = (0..<200).map { UInt8($0) }
    var random = Xorshift(seed: 3)
    for _ in 0..<300 {
        var offsets = stride(from: 0, to: 200, by: 20).map { $0 }
        offsets.shuffle(using: &random)
        let base = UInt32.max - 60
        var assembly = StreamAssembly(base: base &+ UInt32(offsets[0]), isFloating: true)
        for offset in offsets {
            #expect(
                assembly.add(Array(whole[offset..<offset + 20]).rawSpan, sequence: base &+ UInt32(offset)) == .added)
        }
        #expect(assembly.base == base)
        #expect(assembly.bytes == whole && assembly.contiguous == 200)
    }
}

@Test func aStreamHoldsNoMoreThanItsBounds() {
    var assembly = StreamAssembly(base: 0, isFloating: false)
    let segment = [UInt8](repeating: 7, count: 1000)
    #expect(assembly.add(segment.rawSpan, sequence: UInt32(StreamAssembly.limit - 1000)) == .added)
    #expect(assembly.add(segment.rawSpan, sequence: UInt32(StreamAssembly.limit - 999)) == .overLimit)
    #expect(assembly.bytes.count == StreamAssembly.limit)
    var scattered = StreamAssembly(base: 0, isFloating: false)
    var taken = 0
    for index in 0..<1000 where scattered.add([1].rawSpan, sequence: UInt32(index * 3)) == .added { taken += 1 }
    #expect(taken == StreamAssembly.pieceLimit)
    // What touches a piece still finds its place.
    #expect(scattered.add([2, 3].rawSpan, sequence: 1) == .added)
    #expect(scattered.contiguous == 4)
}

@Test func segmentsOutsideTheStreamBringNothing() {
    var assembly = StreamAssembly(base: 1000, isFloating: false)
    #expect(assembly.add([1, 2, 3].rawSpan, sequence: 997) == .added)
    #expect(assembly.add([1, 2, 3].rawSpan, sequence: 1000 &+ 0x8000_0000) == .added)
    #expect(assembly.bytes.isEmpty && assembly.segments == 0)
    var floating = StreamAssembly(base: 200_000, isFloating: true)
    #expect(floating.add([1].rawSpan, sequence: 200_000) == .added)
    #expect(floating.add([1].rawSpan, sequence: 200_000 - UInt32(StreamAssembly.headroom) - 1) == .added)
    #expect(floating.base == 200_000)
}
