import Bytes
import TestSupport
import Testing

@testable import Vendors

@Suite struct NameHashTests {
    /// Each suffix by label of `name` with the place where it begins, found byte by byte; the shortest first.
    private func labels(of name: [UInt8]) -> [Int] {
        name.indices.reversed().filter { name[$0] == UInt8(ascii: ".") }.map { $0 + 1 } + [0]
    }

    private func steps(of name: [UInt8], _ seed: NameHash.Seed) -> [(hash: UInt64, start: Int)] {
        var hash = NameHash(seed, of: name.rawSpan)
        var steps: [(hash: UInt64, start: Int)] = []
        while let step = hash.next(in: name.rawSpan) { steps.append(step) }
        return steps
    }

    @Test func everyLabelHasTheHashOfWhatBeginsThere() {
        var random = Xorshift(seed: 5)
        let seed = NameHash.Seed()
        for _ in 0..<5_000 {
            let length = random.below(42)
            let name = (0..<length).map { _ in Array("..ab-/\u{0}n".utf8)[random.below(8)] }
            let steps = steps(of: name, seed)
            #expect(steps.map(\.start) == labels(of: name))
            for step in steps {
                let whole = NameHash.whole(Array(name[step.start...]).rawSpan, seed)
                #expect(step.hash == whole)
            }
        }
    }

    @Test func lettersAreHashedWithoutTheirCaseAndLengthsAreNot() {
        let seed = NameHash.Seed()
        let hash = { (text: String) in NameHash.whole(Array(text.utf8).rawSpan, seed) }
        #expect(hash("API.Example.COM") == hash("api.example.com"))
        let names = [
            "", "a", "a.", ".a", "aa", "\u{0}a", "a\u{0}", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaa\u{0}", "baaaaaaaa",
        ]
        #expect(Set(names.map(hash)).count == names.count)
    }

    @Test func anotherSeedGivesOtherHashes() {
        let name = Array("api.example.com".utf8)
        let first = NameHash.whole(name.rawSpan, NameHash.Seed(1))
        let second = NameHash.whole(name.rawSpan, NameHash.Seed(2))
        #expect(first != second)
    }
}
