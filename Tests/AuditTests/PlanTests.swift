import Bytes
import Testing

@testable import Audit

@Suite struct PlanTests {
    private let settings = [
        AuditPlan.Setting(name: "warsaw", timeZone: "Europe/Warsaw", canary: "canary-17"),
        AuditPlan.Setting(name: "shanghai \"x\"", timeZone: "Asia/Shanghai"),
    ]

    private var plan: AuditPlan {
        AuditPlan(
            settings: settings, runs: 3, seed: 7, hypothesis: "a: b # c", client: "ab12",
            created: "2026-05-28T00:00:00Z")
    }

    private func run(_ setting: Int, seconds: Int64, body: String = "{}") -> RunRecording {
        RunRecording(
            name: "\(seconds)", setting: setting,
            requests: [RequestFields(exchange(body: body, seconds: seconds), unpack: ContentUnpacking.unpack)])
    }

    @Test("A plan that was written is read as it was")
    func roundTrip() throws {
        #expect(try AuditPlan(file: "p", bytes: Array(plan.yaml.utf8)) == plan)
    }

    @Test("Each block holds every setting once, and the seed decides the order")
    func order() {
        #expect(plan.order.count == 6)
        for block in stride(from: 0, to: 6, by: 2) { #expect(Set(plan.order[block..<(block + 2)]) == [0, 1]) }
        #expect(plan.order == plan.order)
    }

    @Test("Recordings that are not as planned are told")
    func deviations() {
        let start: Int64 = 1_780_000_000
        let runs = plan.order.enumerated().map { run($1, seconds: start + Int64($0), body: #"{"a":"canary-17"}"#) }
        #expect(plan.deviations(runs).isEmpty)
        #expect(plan.deviations(Array(runs.dropLast())).count == 1)
        #expect(
            plan.deviations(
                plan.order.reversed().enumerated().map {
                    run($1, seconds: start + Int64($0), body: #"{"a":"canary-17"}"#)
                }
            )
            .contains("the runs were not recorded in the planned order") || plan.order == plan.order.reversed())
        let early = plan.order.enumerated().map { run($1, seconds: 5 + Int64($0), body: #"{"a":"canary-17"}"#) }
        #expect(plan.deviations(early) == ["the first run was recorded before the plan was written"])
        let missing = plan.order.enumerated().map { run($1, seconds: start + Int64($0)) }
        #expect(plan.deviations(missing).count == 1)
    }

    private static let wrong: [(String, String)] = [
        ("version: 1\nsettings:\n  - name: a\norder: [a]\n", "fewer than two settings"),
        ("settings:\n  - name: a\n  - name: b\norder: [a, c]\n", "p:4:12: 'c' is none of the settings"),
        ("setings: []\n", "did you mean 'settings'?"),
    ]

    @Test(
        "What is wrong with a plan is told at its place",
        arguments: wrong)
    func faults(_ text: String, _ message: String) {
        let error = #expect(throws: KnownValuesError.self) { try AuditPlan(file: "p", bytes: Array(text.utf8)) }
        #expect(error?.messages.contains { $0.contains(message) } == true, "\(error?.messages ?? [])")
    }

    @Test("Local dates that differ are warned of")
    func dates() {
        // 20:00 UTC is another day in Shanghai and the same in Warsaw.
        let evening: Int64 = 1_780_000_000 / 86_400 * 86_400 + 20 * 3600
        let runs = [run(0, seconds: evening), run(1, seconds: evening)]
        #expect(LocalDates.warning(runs, zones: ["Europe/Warsaw", "Asia/Shanghai"]) != nil)
        #expect(LocalDates.warning(runs, zones: [nil, nil]) == nil)
        #expect(LocalDates.warning([run(0, seconds: evening), run(1, seconds: evening + 86_400)], zones: []) != nil)
        #expect(LocalDates.unknown(["Europe/Warsaw", "Mars/Base", nil]) == ["Mars/Base"])
    }
}
