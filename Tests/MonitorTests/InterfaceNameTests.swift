import Events
import Flows
import Rules
import Testing

@testable import Monitor

@Suite struct InterfaceNameTests {
    @Test("Every flow of a file has the name of its interface from its first packet on", arguments: [1, 2])
    func interfaces(threads: Int) throws {
        var configuration = Project.reading("e-gre")
        configuration.sources = ["\(Project.root)/docs/demo/office.pcap", Project.capture("e-ch-tiny")]
        configuration.threads = threads
        let record = try OfflineRun.record(
            .observations, configuration: configuration, referenceData: try Project.knowledge()
        ).record
        let started = record.observations.filter { $0.trigger == .flowStart }
        #expect(started.count > 20)
        #expect(Set(record.observations.map(\.observation.flow.interface)) == ["office.pcap", "e-ch-tiny.pcap"])
    }

    @Test(arguments: ["net.iface: office.pcap", "net.iface: {exists: true}"])
    func aRuleOnItHoldsOfTheFirstFlow(match: String) throws {
        let rules = try Project.rules(
            "version: 1\nrules:\n- {id: one, on: flow_start, match: {\(match)}, dedup: {by: [flow.part]}}\n")
        var configuration = Project.reading("e-gre")
        configuration.sources = ["\(Project.root)/docs/demo/office.pcap"]
        var knowledge = try Project.knowledge()
        knowledge.rules = rules
        let alerts = try OfflineRun.record(.alerts, configuration: configuration, referenceData: knowledge).record
            .alerts
        #expect(alerts.map(\.count) == [30])
    }
}
