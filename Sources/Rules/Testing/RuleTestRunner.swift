import Bytes
import Flows
public import Protocols
import Text
public import Vendors

/// Runs the tests that are in rule files. Each runs its own rule alone, live, whatever `mode` and `enabled` say.
public struct RuleTestRunner {
    /// Names a host's vendor: through the catalog that will be in use.
    public typealias Attribute = (_ host: String, _ source: HostSource) -> Attribution?
    /// Gives a host's registrable domain.
    public typealias Domain = (_ host: String) -> String?
    /// Gives what a capture holds, in order, or `nil` if it cannot be read.
    public typealias Capture = (_ path: String) -> [(observation: Observation, trigger: Trigger)]?

    private let attribute: Attribute
    private let domain: Domain
    private let capture: Capture?

    /// A runner over a catalog; without `capture`, tests with captures are not run and say so.
    public init(attribute: @escaping Attribute, domain: @escaping Domain = { _ in nil }, capture: Capture? = nil) {
        self.attribute = attribute
        self.domain = domain
        self.capture = capture
    }

    /// Runs every test of `rules`, in the order of the rules' ids.
    public func run(_ rules: RuleSet) -> [RuleTestResult] {
        rules.rules.flatMap { rule in
            rule.tests.map { test in
                var closed: [Alert] = []
                let outcome = outcome(of: test, rule: rule, rules: rules) { closed.append($0) }
                return RuleTestResult(
                    rule: rule.id, name: test.name, position: test.position, outcome: outcome, alerts: closed)
            }
        }
    }

    /// The observation that `event` writes by hand, `number` of its repetition, filled in and attributed.
    func observation(_ event: FlatEvent, number: Int, at time: Timestamp) -> Observation {
        var flow = FlowSnapshot(
            client: .init(address: IPAddress(ipv4: 0xC000_0201), port: 40_000),
            server: .init(address: IPAddress(ipv4: 0xC633_6401), port: 443))
        flow.application = .tls
        flow.start = time
        flow.end = time
        var observation = Observation(time: time, flow: flow, attribution: nil, sensor: "test")
        for (field, value) in event.values where !field.name.hasPrefix("ai.") { field.write(&observation, value) }
        if let vary = event.vary { Self.countUp(vary, by: number, in: &observation) }
        if let question = observation.question, !question.name.isEmpty {
            observation.attribution = attribute(question.name, .dns)
        } else if let host = observation.flow.host {
            observation.attribution = attribute(host.name, host.source)
            observation.domain = observation.domain ?? domain(host.name)
        }
        for (field, value) in event.values where field.name.hasPrefix("ai.") { field.write(&observation, value) }
        return observation
    }

    private static func countUp(_ field: Field, by number: Int, in observation: inout Observation) {
        guard case .address(let address) = field.read(observation) else { return }
        let next = IPAddress(high: address.high, low: address.low &+ UInt64(truncatingIfNeeded: number))
        field.write(&observation, .address(next))
    }

    /// Runs one test; `close` gets each alert that it raised, as it was last.
    private func outcome(
        of test: RuleTest, rule: Rule, rules: RuleSet, close: (Alert) -> Void
    ) -> RuleTestResult.Outcome {
        var engine = RuleEngine(rules: rules.isolating(rule))
        var alerts: [Alert] = []
        switch test.input {
        case .events(let events): play(events, rule: rule, engine: &engine) { alerts.append($0) }
        case .capture(let path):
            guard let capture else { return .notRun("captures are not read here") }
            guard let observations = capture(path) else { return .failed("the capture '\(path)' cannot be read") }
            for (observation, trigger) in observations {
                engine.evaluate(observation, on: trigger) { alerts.append($0) }
            }
            endWindow(rule, after: engine.now, &engine) { alerts.append($0) }
        }
        for alert in alerts where alert.status == .closed { close(alert) }
        let problems = test.expectation.problems(alerts, engine.counters, rule: rule.id)
        engine.finish(at: engine.now) { if $0.status == .closed { close($0) } }
        return problems.isEmpty ? .passed : .failed(problems.joined(separator: "; "))
    }

    /// Gives the events to the engine, each repetition as a flow of its own, one after another.
    private func play(_ events: [FlatEvent], rule: Rule, engine: inout RuleEngine, emit: (Alert) -> Void) {
        var time = rule.validFrom ?? Timestamp(seconds: Self.usualTime, nanoseconds: 0)
        var identity: UInt64 = 0
        for event in events {
            time = event.time ?? time
            for number in 0..<event.times {
                if number > 0 { time = time.advanced(byNanoseconds: event.every) }
                var observation = observation(event, number: number, at: time)
                identity += 1
                observation.flow.id = identity
                engine.evaluate(observation, on: rule.countingTrigger, emit: emit)
            }
        }
        endWindow(rule, after: time, &engine, emit: emit)
    }

    /// Lets the window end in which `time` is, where the rule is judged there.
    private func endWindow(
        _ rule: Rule, after time: Timestamp, _ engine: inout RuleEngine, emit: (Alert) -> Void
    ) {
        guard rule.trigger == .window, let window = rule.threshold?.window else { return }
        engine.advance(to: time.advanced(byNanoseconds: window), emit: emit)
    }

    /// 2026-01-05T04:00:00Z, a Monday: the moment of an event that names none, where its rule has no beginning.
    static let usualTime: Int64 = 1_767_585_600
}

extension RuleTestRunner {
    /// The observation that an event says: one of egret's own in JSON, or a flat one as in tests of rules.
    ///
    /// JSON is read as the YAML it is. Members of nested events that are no fields are left out, in flat ones they are errors;
    /// what is missing is filled in as for tests, and attribution runs unless the event carries it. Nothing where the event is wrong, which is reported.
    public func observation(
        from source: RuleSource
    ) -> (observation: Observation?, isTimeAssumed: Bool, report: DiagnosticReport) {
        var report = DiagnosticReport()
        report.files = 1
        var faults: [YAMLError] = []
        let document = YAMLDocument(name: source.name, bytes: source.bytes, faults: &faults)
        report.add(faults)
        guard let document else { return (nil, false, report) }
        var reader = RuleReader { _ in nil }
        let node = YAMLNode(
            content: .mapping(Self.flattened(document.root, prefix: "")), position: document.root.position,
            offset: document.root.offset)
        let event = reader.readEvent(node, zone: nil, "in the event")
        report.merge(reader.report)
        guard report.isClean, let event else { return (nil, false, report) }
        let time = event.time ?? Timestamp(seconds: Self.usualTime, nanoseconds: 0)
        return (observation(event, number: 0, at: time), event.time == nil, report)
    }

    /// The members that are fields, by their dotted names.
    private static func flattened(_ node: YAMLNode, prefix: String) -> [YAMLNode.Entry] {
        (node.entries ?? []).flatMap { entry -> [YAMLNode.Entry] in
            let name = prefix.isEmpty ? entry.key : "\(prefix).\(entry.key)"
            if entry.value.entries != nil { return flattened(entry.value, prefix: name) }
            guard let field = Field.named(name) else {
                // A dotted name is a flat event's, whose author meant a field: reading it says which.
                return name == "time" || prefix.isEmpty && name.contains(".") ? [entry] : []
            }
            let value = field.type == .duration ? seconds(entry.value) : entry.value
            return [YAMLNode.Entry(key: name, position: entry.position, value: value)]
        }
    }

    /// Events write durations as seconds with a fraction, rules with a unit.
    private static func seconds(_ node: YAMLNode) -> YAMLNode {
        guard let text = node.text, let seconds = Double(text), seconds >= 0, seconds < 1e9 else { return node }
        let written = "\(Int64(seconds * 1_000))ms"
        return YAMLNode(content: .scalar(written, .plain), position: node.position, offset: node.offset)
    }
}
