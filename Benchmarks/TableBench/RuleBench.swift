import Bytes
import Flows
import Protocols
import Rules
import Vendors

/// Many rules of every kind, asked about flows of which few concern any of them.
struct RuleBench {
    private let rules: RuleSet
    private let bytes: Int

    init(_ count: Int) {
        let before = residentBytes()
        let load = RuleSet.load([RuleSource(name: "bench.yaml", text: Self.file(count))])
        guard let rules = load.rules else { preconditionFailure(load.report.rendered(as: .text)) }
        self.rules = rules
        bytes = residentBytes() - before
    }

    /// The bytes of all rules with their index, and how many are asked about every flow.
    func size() -> [String: Double] {
        ["bytes": Double(bytes), "rules": Double(rules.rules.count), "always_asked": Double(rules.alwaysAsked.count)]
    }

    /// Evaluates the rules for the first `count` of 4,000 flows as they are named; returns the alerts.
    func ask(_ count: Int) -> Int {
        var engine = RuleEngine(rules: rules)
        var alerts = 0
        let observations = (0..<4_000).map { Self.observation($0) }
        for observation in observations.prefix(count) {
            engine.evaluate(observation, on: .flowNamed) { _ in alerts += 1 }
        }
        return alerts
    }

    /// A list of hosts and one of networks for every hundred rules.
    private static func file(_ count: Int) -> String {
        var text = "version: 1\nlists:\n"
        for list in 0...count / 100 {
            let hosts = (0..<50).map { "h\($0).list\(list).example" }.joined(separator: ", ")
            let nets = (0..<20).map { "172.16.\(list % 256).\($0 * 8)/29" }.joined(separator: ", ")
            text +=
                "  hosts-\(list): {type: suffix, items: [\(hosts)]}\n  nets-\(list): {type: cidr, items: [\(nets)]}\n"
        }
        text += "rules:\n"
        for number in 0..<count {
            text += "- {id: rule-\(number), on: flow_named, match: \(condition(number))\(threshold(number))}\n"
        }
        return text
    }

    /// Every kind of condition in turn; one rule of two hundred holds of what is not there, and must always be asked.
    private static func condition(_ number: Int) -> String {
        let (low, high) = (number / 10 % 256, number / 2_560 % 256)
        if number % 200 == 199 { return "{none: [{net.transport: tcp}], src.port: {not: \(number)}}" }
        switch number % 10 {
        case 0: return "{ai.vendor: vendor\(number), ai.confidence: {at_least: medium}}"
        case 1: return "{dst.host: {suffix: s\(number).example}}"
        case 2: return "{dst.host: {in: hosts-\(number / 100)}, dst.port: \(10_000 + number % 100)}"
        case 3: return "{src.ip: {cidr: 10.\(high).\(low).0/24}, ai.vendor: {exists: true}}"
        case 4: return "{src.ip: {in: nets-\(number / 100)}, dst.port: {not: 443}}"
        case 5: return "{dst.port: {between: [\(20_000 + number), \(20_010 + number)]}}"
        case 6: return "{dst.ip: {cidr: 203.\(high).\(low).0/24}}"
        case 7: return "{tls.ja4: t13d1516h2_8daaf6152771_\(number)}"
        case 8: return "{any: [{tls.sni: {suffix: t\(number).example}}, {dst.host: {glob: '*.g\(number).example'}}]}"
        default: return "{src.group: group\(number), none: [{ai.role: telemetry}]}"
        }
    }

    private static func threshold(_ number: Int) -> String {
        number % 30 == 1 ? ", threshold: {count: flows, op: gt, value: 1000000, window: 1h, group_by: [src.ip]}" : ""
    }

    /// A flow to a host of no rule, but for one in sixteen.
    private static func observation(_ number: Int) -> Observation {
        var flow = FlowSnapshot(
            client: .init(address: IPAddress(ipv4: 0x0A80_0000 | UInt32(number % 5_000)), port: 50_000),
            server: .init(address: IPAddress(ipv4: 0xC633_6400 | UInt32(number % 256)), port: 443))
        flow.id = UInt64(number)
        flow.application = .tls
        let host = number % 16 == 0 ? "www.s1.example" : "www.site\(number % 100).example.org"
        flow.names = [NameEvidence(name: host, source: .tlsSNI)]
        return Observation(
            time: Timestamp(seconds: 1_767_225_600 + Int64(number / 100), nanoseconds: 0), flow: flow, attribution: nil,
            sensor: "s")
    }
}
