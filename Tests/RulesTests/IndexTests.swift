import Bytes
import Flows
import TestSupport
import Testing
import Text

@testable import Rules

/// Rules are found by an index; asking each of them must find no other.
@Suite struct IndexTests {
    private static let seed: UInt64 = 0x5EED_0010
    private static let texts = [
        "a", "b", "example", "a.example", "b.a.example", "x.b.a.example", "Example", "ab.example", ".", "",
    ]
    private static let blocks = [
        "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "0.0.0.0/0", "192.0.2.0/24", "2001:db8::/32", "2001:db8::1/128",
        "::/0",
    ]
    private static let addresses = [
        "10.1.2.3", "10.1.9.9", "10.9.9.9", "192.0.2.7", "2001:db8::1", "2001:db9::1", "198.51.100.1",
    ]

    @Test("Over random rules and events the index finds just the rules that hold when each is asked")
    func randomRules() throws {
        var random = Xorshift(seed: Self.seed)
        var holding = 0
        var asked = 0
        for round in 0..<150 {
            let rules = try (0..<1 + random.below(60)).map { try Self.randomRule($0, &random) }
            let set = RuleSet(rules: rules, hash: "")
            for _ in 0..<60 {
                let observation = Self.observation(&random)
                let trigger = Trigger.allCases[random.below(Trigger.allCases.count)]
                let found = set.candidates(for: observation, on: trigger)
                #expect(found == Array(Set(found)).sorted())
                let byIndex = found.filter { set.rules[$0].condition.holds(observation) }
                let byAsking = set.rules.indices.filter {
                    set.rules[$0].isEnabled && set.rules[$0].isEvaluated(on: trigger)
                        && set.rules[$0].condition.holds(observation)
                }
                #expect(byIndex == byAsking, "round \(round) of the seed \(Self.seed)")
                holding += byAsking.count
                asked += found.count
            }
        }
        #expect(holding > 10_000 && asked > holding, "\(holding) of \(asked) candidates held")
    }

    @Test func eachKindOfConditionIsFoundWithoutBeingAsked() {
        let conditions = [
            "{ai.vendor: openai}", "{dst.host: {suffix: openai.com}}", "{dst.host: {in: hosts}}",
            "{src.ip: {in: nets}}",
            "{src.ip: {cidr: 192.0.2.0/24}}", "{dst.ip: 192.0.2.1}", "{dst.port: 8443}",
            "{dst.port: {between: [1, 9]}}",
            "{dst.port: {in: ports}}", "{net.vlan: 7}", "{tls.alpn: h3}", "{net.via_proxy: true}",
            "{ai.client: {exists: true}}",
            "{dst.host: {exists: false}}", "{dst.host: {glob: '*.openai.com'}}", "{http.path: {regex: '/v1/.*'}}",
            "{any: [{dst.port: 1}, {ai.vendor: openai}]}", "{dst.host: {not: {suffix: x.y}}, src.port: 7}",
        ]
        let text =
            "version: 1\nlists:\n  hosts: {type: suffix, items: [openai.com]}\n  nets: {type: cidr, items: [192.0.2.0/24]}\n"
            + "  ports: {type: exact, items: [\"8080\"]}\nrules:\n"
            + conditions.enumerated().map { "- {id: rule-\($0), on: flow_named, match: \($1)}\n" }.joined()
        let set = rules(text)
        #expect(set.rules.count == conditions.count)
        #expect(set.alwaysAsked.isEmpty)
        #expect(set.candidates(for: observe("api.example"), on: .flowNamed) == [])
    }

    @Test func whatHoldsOfNothingIsAlwaysAsked() {
        let set = rules(
            "version: 1\nrules:\n- {id: one, match: {ai.vendor: {not: openai}}}\n"
                + "- {id: two, match: {none: [{dst.port: 443}]}}\n- {id: three, match: {ai.vendor: openai}}\n")
        #expect(set.alwaysAsked.map(\.id) == ["one", "two"])
    }

    @Test func ofTwoTestsTheMoreTellingOneLeadsToTheRule() {
        let set = rule("{ai.vendor: {exists: true}, dst.port: 8443}", "  on: flow_named")
        #expect(set.candidates(for: observe("api.openai.com"), on: .flowNamed) == [])
        let other = rule("{src.ip: {cidr: 10.0.0.0/8}, dst.host: {suffix: qoder.com}}")
        #expect(other.candidates(for: observe("api.openai.com"), on: .flowNamed) == [])
        #expect(other.candidates(for: observe("api.qoder.com"), on: .flowNamed) == [0])
    }

    @Test func rangesOfNumbersAreFoundAsByAPlainScan() {
        var random = Xorshift(seed: Self.seed)
        for _ in 0..<50 {
            let ranges = (0..<random.below(40)).map { index in
                let low = random.below(6) == 0 ? Int64.min : Int64(random.below(30))
                let high = random.below(6) == 0 ? Int64.max : Int64(random.below(30)) + max(0, low)
                return (low: low, high: high, value: UInt32(index))
            }
            let table = IntervalTable(ranges)
            for number in [Int64.min, -1, .max] + (0...60) {
                var found: [UInt32] = []
                table.append(to: &found, holding: number)
                #expect(found.sorted() == ranges.filter { $0.low <= number && number <= $0.high }.map(\.value))
            }
        }
    }
}

/// Rules and events at random, out of few words, so that many hold.
extension IndexTests {
    private static func randomRule(_ number: Int, _ random: inout Xorshift) throws -> Rule {
        let trigger = Trigger.allCases[random.below(Trigger.allCases.count)]
        var rule = Rule(id: "rule-\(number)", position: SourcePosition(file: "r", line: 1, column: 1))
        rule.trigger = trigger
        rule.countingTrigger = trigger
        rule.isEnabled = random.below(10) > 0
        rule.condition = try condition(&random, depth: 0)
        return rule
    }

    private static func condition(_ random: inout Xorshift, depth: Int) throws -> Condition {
        let choice = depth < 3 ? random.below(10) : 9
        guard choice < 5 else {
            let field = Field.all[random.below(Field.all.count)]
            return .test(
                FieldTest(
                    field: field, predicate: try predicate(field, &random, depth: 0), text: field.name,
                    position: SourcePosition(file: "r", line: 1, column: 1)))
        }
        let parts = try (0..<1 + random.below(3)).map { _ in try condition(&random, depth: depth + 1) }
        return choice < 2 ? .all(parts) : choice < 4 ? .any(parts) : .none(parts)
    }

    private static func predicate(_ field: Field, _ random: inout Xorshift, depth: Int) throws -> Predicate {
        switch random.below(depth < 2 ? 10 : 7) {
        case 7: return .not(try predicate(field, &random, depth: depth + 1))
        case 8: return .all(try (0..<2).map { _ in try predicate(field, &random, depth: depth + 1) })
        case 9: return .exists(random.below(2) == 0)
        default: break
        }
        switch field.type {
        case .string, .hostname: return try textual(&random)
        case .enumeration(let words, _): return .text(Set(some(words, &random)))
        case .address: return random.below(2) == 0 ? .prefixes(prefixes(&random)) : .lists([list(.cidr, &random)])
        case .boolean: return .boolean(random.below(2) == 0)
        case .number, .size, .duration:
            switch random.below(3) {
            case 0: return .numbers(Set((0..<1 + random.below(3)).map { _ in Int64(random.below(8)) }))
            case 1: return .lists([list(.exact, &random)])
            default: return .range(Int64(random.below(8)), random.below(2) == 0 ? .max : Int64(random.below(8)))
            }
        }
    }

    private static func textual(_ random: inout Xorshift) throws -> Predicate {
        switch random.below(6) {
        case 0: .text(Set(some(texts, &random)))
        case 1: .suffix(NameSet(some(texts, &random)))
        case 2:
            .glob(
                some(["*.example", "a*", "a.example", "*", "?.example", "*.", "*.a.?xample"], &random).map { Glob($0) })
        case 3: .pattern([try Pattern("[ab].*")])
        case 4: .lists([list(.suffix, &random), list(.exact, &random)])
        default: .lists([list(.exact, &random)])
        }
    }

    private static func list(_ kind: NamedList.Kind, _ random: inout Xorshift) -> NamedList {
        let line = 1 + random.below(1 << 30)
        var list = NamedList(kind: kind, name: "l", position: SourcePosition(file: "l", line: line, column: 1))
        list.names = NameSet(some(texts + ["1", "2", "3", "04"], &random))
        // Some lists are so long that they are asked themselves.
        if random.below(4) == 0 { for number in 0..<1_100 { list.names.insert("filler\(number)") } }
        if kind == .cidr { list.names = NameSet() }
        if random.below(3) == 0 { list.exceptNames = NameSet(some(texts, &random)) }
        list.prefixes = prefixes(&random)
        if random.below(3) == 0 { list.exceptPrefixes = prefixes(&random) }
        if kind != .cidr { list.prefixes = PrefixSet() }
        return list
    }

    private static func prefixes(_ random: inout Xorshift) -> PrefixSet {
        PrefixSet(some(blocks, &random).compactMap { AddressPrefix($0) })
    }

    private static func some(_ words: [String], _ random: inout Xorshift) -> [String] {
        (0..<1 + random.below(3)).map { _ in words[random.below(words.count)] }
    }

    private static func observation(_ random: inout Xorshift) -> Observation {
        var observation = observe(nil)
        for field in Field.all where random.below(2) == 0 {
            switch field.type {
            case .string, .hostname:
                let values = some(texts, &random)
                field.write(&observation, field.isList ? .texts(values) : .text(values[0]))
            case .enumeration(let words, _): field.write(&observation, .text(words[random.below(words.count)]))
            case .address:
                if let address = IPAddress(addresses[random.below(addresses.count)]) {
                    field.write(&observation, .address(address))
                }
            case .boolean: field.write(&observation, .boolean(random.below(2) == 0))
            case .number, .size, .duration:
                let numbers = (0..<random.below(3)).map { _ in Int64(random.below(8)) }
                field.write(&observation, field.isList ? .numbers(numbers) : .number(numbers.first ?? 3))
            }
        }
        return observation
    }
}
