import Bytes
import Protocols
import Testing

@testable import Flows

/// The search for a record header behind a gap, in segments made to be costly.
@Suite struct RecordSearchTests {
    private static let record: [UInt8] = [0x17, 3, 3, 0, 1, 0]

    /// How many records a stream that was lost finds in a segment.
    private static func found(in segment: [UInt8]) -> (records: Int, stream: RecordStream) {
        var stream = RecordStream()
        var records = 0
        while stream.next(in: segment.rawSpan, sequence: 1_000) != nil { records += 1 }
        return (records, stream)
    }

    @Test func aChainThatHoldsIsReadToItsEnd() {
        let segment = Array([[UInt8]](repeating: Self.record, count: 10_900).joined())
        #expect(Self.found(in: segment).records == 10_900)
        // In the middle of a segment too.
        #expect(Self.found(in: [1, 2, 3, 4, 5, 6, 7] + segment).records == 10_900)
    }

    @Test("A chain that breaks at the end of 64 KiB is not followed again from each of its records")
    func aBrokenChainIsGivenUp() {
        let segment = Array([[UInt8]](repeating: Self.record, count: 10_900).joined()) + [1, 2, 3, 4, 5]
        let clock = ContinuousClock()
        var results: [Int] = []
        let time = clock.measure {
            for _ in 0..<20 { results.append(Self.found(in: segment).records) }
        }
        #expect(results.allSatisfy { $0 == 0 })
        #expect(Self.found(in: segment).stream.strays == 1)
        // Quadratic, each of them took a quarter of a second if nothing is optimized away even when it is.
        #expect(time < .seconds(2))
    }
}
