import Bytes
import Testing

@testable import Vendors

@Suite struct HostTableTests {
    private func table(_ patterns: [(HostPattern.Kind, String)]) throws -> HostTable {
        HostTable(
            try patterns.enumerated().map { (pattern: try HostPattern($1.0, $1.1), value: UInt32($0)) })
    }

    private func match(_ table: HostTable, _ host: String) -> UInt32? { table.match(Array(host.utf8).rawSpan)?.value }

    @Test func exactWinsOverWildcardAndWildcardOverSuffix() throws {
        let table = try table([
            (.suffix, "a.example.com"), (.wildcard, "*.example.com"), (.exact, "a.example.com"),
            (.suffix, "example.com"),
        ])
        #expect(match(table, "a.example.com") == 2)
        #expect(match(table, "b.example.com") == 1)
        #expect(match(table, "x.a.example.com") == 0)
        #expect(match(table, "x.b.example.com") == 3)
        #expect(match(table, "example.com") == 3)
    }

    @Test func theWildcardWithMoreLettersWins() throws {
        let table = try table([
            (.wildcard, "*.api.example.com"), (.wildcard, "model-*.api.example.com"),
            (.wildcard, "model-a*.*.example.com"),
        ])
        #expect(match(table, "model-b.api.example.com") == 1)
        #expect(match(table, "other.api.example.com") == 0)
        #expect(match(table, "model-ab.x.example.com") == 2)
        #expect(match(table, "model-ab.api.example.com") == 1)
    }

    @Test func theLettersOfAWildcardCountNotTheLengthOfItsEnd() throws {
        let table = try table([(.wildcard, "*.b.example.com"), (.wildcard, "long-name.*.example.com")])
        #expect(match(table, "long-name.b.example.com") == 1)
        #expect(match(table, "other.b.example.com") == 0)
    }

    @Test(arguments: [
        ("bedrock-runtime.*.amazonaws.com", "bedrock-runtime.us-east-1.amazonaws.com", true),
        ("bedrock-runtime.*.amazonaws.com", "bedrock-runtime.a.b.amazonaws.com", false),
        ("bedrock-runtime.*.amazonaws.com", "bedrock-runtime..amazonaws.com", false),
        ("bedrock-runtime.*.amazonaws.com", "bedrock-runtime.amazonaws.com", false),
        ("bedrock-runtime.*.amazonaws.com", "x.bedrock-runtime.us-east-1.amazonaws.com", false),
        ("*.svc.*.c.replicate.net", "a.svc.b.c.replicate.net", true),
        ("*.svc.*.c.replicate.net", "a.svc.b.d.replicate.net", false),
        ("model-*.api.baseten.co", "model-.api.baseten.co", false),
        ("model-*.api.baseten.co", "MODEL-7.api.baseten.co.", true),
        ("*-aiplatform.googleapis.com", "us-central1-aiplatform.googleapis.com", true),
        ("*-aiplatform.googleapis.com", "-aiplatform.googleapis.com", false),
        ("a*a.example.com", "aa.example.com", false),
        ("a*a.example.com", "aba.example.com", true),
    ])
    func aStarTakesOneByteOrMoreOfOneLabel(pattern: String, host: String, matches: Bool) throws {
        let table = try table([(.wildcard, pattern)])
        #expect((match(table, host) == 0) == matches)
    }

    @Test func lookAlikesNeverMatch() throws {
        let table = try table([(.suffix, "anthropic.com"), (.exact, "api.anthropic.com")])
        for host in [
            "notanthropic.com", "anthropic.com.evil.example", "api.anthropic.com.evil.example", "anthropic.co",
            "anthropic.com.", "anthropic", "com", "", ".", "..", "anthropic.com..", "xanthropic.com", "anthropic-com",
            "api.anthropic.com:443", "аnthropic.com",
        ] {
            #expect((match(table, host) != nil) == (host == "anthropic.com."), "\(host)")
        }
        #expect(match(table, "API.Anthropic.COM.") == 1)
        #expect(match(table, ".anthropic.com") == 0)
    }

    @Test func aNameLongerThan253BytesMatchesNothing() throws {
        let table = try table([(.suffix, "example.com")])
        let long = String(repeating: "a.", count: 121) + "example.com"
        #expect(long.utf8.count == 253)
        #expect(match(table, long) == 0)
        #expect(match(table, "b" + long) == nil)
        #expect(match(table, long + ".") == 0)
    }

    @Test func ofTwoNumbersForOnePatternTheLaterStays() throws {
        let table = try table([
            (.exact, "a.b"), (.suffix, "a.b"), (.wildcard, "*.a.b"), (.exact, "a.b"), (.suffix, "a.b"),
            (.wildcard, "*.a.b"),
        ])
        #expect(match(table, "a.b") == 3)
        #expect(match(table, "x.y.a.b") == 4)
        #expect(match(table, "x.a.b") == 5)
    }

    @Test func theTableAgreesWithAPlainScanOverRandomNames() throws {
        var random = Random(state: 7)
        let labels = ["a", "b", "ab", "ba", "aab", "com", "net", "x-a"]
        func name(_ random: inout Random) -> String {
            (0..<Int.random(in: 2...5, using: &random)).map { _ in labels.randomElement(using: &random) ?? "a" }
                .joined(separator: ".")
        }
        for _ in 0..<60 {
            var model: [HostPattern] = []
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                var text = name(&random)
                let kind = HostPattern.Kind.allCases.randomElement(using: &random) ?? .exact
                if kind == .wildcard {
                    text = ["*.", "a*.", "*b.a.", "b.*."].randomElement(using: &random).map { $0 + text } ?? text
                }
                let pattern = try HostPattern(kind, text)
                if !model.contains(pattern) { model.append(pattern) }
            }
            let table = HostTable(model.enumerated().map { (pattern: $1, value: UInt32($0)) })
            for _ in 0..<300 {
                let host = name(&random)
                let found = table.match(Array(host.utf8).rawSpan)
                let expected = Self.scan(model, for: host)
                #expect(found?.kind == expected?.kind, "\(host)")
                // Two wildcards can match with the same number of letters; then either is right.
                if expected?.kind != .wildcard {
                    #expect(found.map { model[Int($0.value)] } == expected, "\(host)")
                } else if let found {
                    let best = model[Int(found.value)]
                    #expect(Self.matches(best, host))
                    #expect(best.name.filter { $0 != "*" }.count == expected?.name.filter { $0 != "*" }.count)
                }
            }
        }
    }

    /// The rule of specificity said as plainly as can be.
    private static func scan(_ patterns: [HostPattern], for host: String) -> HostPattern? {
        for kind in [HostPattern.Kind.exact, .wildcard, .suffix] {
            let matching = patterns.filter { $0.kind == kind && matches($0, host) }
            if let best = matching.max(by: { $0.name.filter { $0 != "*" }.count < $1.name.filter { $0 != "*" }.count })
            {
                return best
            }
        }
        return nil
    }

    private static func matches(_ pattern: HostPattern, _ host: String) -> Bool {
        switch pattern.kind {
        case .exact: return host == pattern.name
        case .suffix: return host == pattern.name || host.hasSuffix("." + pattern.name)
        case .wildcard:
            let want = pattern.name.split(separator: "."), have = host.split(separator: ".")
            return want.count == have.count
                && zip(want, have).allSatisfy { label, part in
                    let parts = label.split(separator: "*", omittingEmptySubsequences: false)
                    guard parts.count == 2 else { return label == part }
                    return part.hasPrefix(parts[0]) && part.hasSuffix(parts[1])
                        && part.count > parts[0].count + parts[1].count
                }
        }
    }

    @Test func hostsOf255BytesAndOf127LabelsAreAnsweredLikeAnyOther() throws {
        let deep = Array(repeating: "a", count: 127).joined(separator: ".")
        let table = try table([
            (.suffix, "a.a"), (.exact, deep), (.suffix, Array(repeating: "a", count: 100).joined(separator: ".")),
        ])
        #expect(deep.utf8.count == 253)
        #expect(match(table, deep) == 1)
        #expect(match(table, "a." + deep) == nil)
        #expect(match(table, String(deep.dropFirst(2))) == 2)
        #expect(match(table, deep.uppercased() + ".") == 1)
        for byte in [0x2E, 0, 0xFF, 0x2A, 0x2D] as [UInt8] {
            for count in [251, 253, 255] {
                let hostile = [UInt8](repeating: byte, count: count)
                #expect(table.match(hostile.rawSpan) == nil)
                #expect(table.match((hostile + Array(".a.b".utf8)).rawSpan) == nil)
            }
        }
        #expect(match(table, String(repeating: ".", count: 250) + ".a") == nil)
        #expect(match(table, String(repeating: ".", count: 249) + ".a.a") == 0)
    }

    @Test func anInternationalNameIsFoundByItsALabelInAnyCaseAndByNoOther() throws {
        let table = try table([(.suffix, "xn--fiq228c.example")])
        for host in ["xn--fiq228c.example", "XN--FIQ228C.Example.", "a.Xn--Fiq228c.eXample"] {
            #expect(match(table, host) == 0, "\(host)")
        }
        for host in ["中文.example", "xn--fiq228d.example", "xn--fiq228c.example.."] {
            #expect(match(table, host) == nil, "\(host)")
        }
    }

    /// Everything at once against a dictionary of what each pattern says, in order of files: a million questions would be
    /// the same, only later.
    @Test func tenThousandRandomNamesAgreeWithADictionaryOfSuffixes() throws {
        let seed: UInt64 = 0x5EED_0004
        var random = Random(state: seed)
        let labels = ["api", "chat", "a", "x-1", "eu", "aws", "example", "com", "net", "co", "ai"]
        func name(_ random: inout Random, _ count: ClosedRange<Int>) -> String {
            (0..<Int.random(in: count, using: &random)).map { _ in labels.randomElement(using: &random) ?? "a" }
                .joined(separator: ".")
        }
        var exact: [String: UInt32] = [:]
        var suffix: [String: UInt32] = [:]
        var patterns: [(pattern: HostPattern, value: UInt32)] = []
        for value in 0..<UInt32(10_000) {
            let isExact = Bool.random(using: &random)
            let text = name(&random, 2...5)
            patterns.append((try HostPattern(isExact ? .exact : .suffix, text), value))
            if isExact { exact[text] = value } else { suffix[text] = value }
        }
        let table = HostTable(patterns)
        #expect(table.refused == 0)
        for _ in 0..<10_000 {
            let host = name(&random, 1...8)
            var expected = exact[host]
            var rest = host[...]
            while expected == nil {
                expected = suffix[String(rest)]
                guard let dot = rest.firstIndex(of: ".") else { break }
                rest = rest[rest.index(after: dot)...]
            }
            let cased = Bool.random(using: &random) ? host.uppercased() + "." : host
            #expect(match(table, cased) == expected, "\(host), seed \(seed)")
        }
    }

    @Test("A hundred thousand names load, are found, and cost less than 60 bytes each")
    func manyNamesFitTheBudget() throws {
        let count = 100_000
        func name(_ number: Int) -> String { "host\(number).tenant\(number % 977).example.net" }
        let table = HostTable(
            try (0..<count).map {
                (pattern: try HostPattern($0 % 2 == 0 ? .exact : .suffix, name($0)), value: UInt32($0))
            })
        #expect(table.byteCount < 60 * count)
        for number in stride(from: 0, to: count, by: 997) { #expect(match(table, name(number)) == UInt32(number)) }
        #expect(match(table, "host1.tenant2.example.net") == nil)
    }
}
