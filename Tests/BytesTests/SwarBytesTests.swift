import Bytes
import TestSupport
import Testing

/// What is done with eight bytes at a time, beside the same byte by byte.
@Suite struct SwarBytesTests {
    private func bytes(of word: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }

    private func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }

    @Test func everyByteIsFoundAndMadeSmallInEveryPlace() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<8 {
                for rest in [0x2E2F_2D2E_0001_FF80, 0, .max, 0x4040_5B5B_4141_5A5A] as [UInt64] {
                    let word = rest & ~(0xFF << UInt64(8 * place)) | UInt64(byte) << UInt64(8 * place)
                    let found = bytes(of: SwarBytes.equal(word, to: 0x2E))
                    #expect(found == bytes(of: word).map { $0 == 0x2E ? 0x80 : 0 })
                    let small = bytes(of: SwarBytes.lowercased(word))
                    #expect(small == bytes(of: word).map(lowered))
                }
            }
        }
    }

    @Test func textsAreComparedAsByteByByte() {
        var random = Xorshift(seed: 9)
        for _ in 0..<5_000 {
            let length = random.below(35)
            let first = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next() % 0x60 + 0x30) }
            var second = first.map { random.next() % 3 == 0 ? lowered($0) : $0 }
            if random.next() % 2 == 0, length > 0 { second[random.below(length)] ^= 1 << random.below(8) }
            if random.next() % 8 == 0 { second.append(0x61) }
            let same = first.rawSpan.hasSameBytes(as: second.rawSpan)
            #expect(same == (first == second))
            let lowercase = second.rawSpan.isLowercase(of: first.rawSpan)
            #expect(lowercase == (second == first.map(lowered)))
        }
    }
}
