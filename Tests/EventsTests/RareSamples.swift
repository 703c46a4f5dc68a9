import Activity
import Bytes
import Flows
import Protocols
import Rules
import Vendors

@testable import Events

/// What `Samples.all()` leaves out: events with the fields that appear only if something is wrong, or seldom.
extension Samples {
    static func rare() -> [Event] {
        var start = startReport()
        start.file = 2
        let notice = NoticeReport(
            time: self.start, kind: "ring_full_ended", code: "EG101", duration: 59_000_000_000, total: 60_000,
            detail: "over after 59 s")
        let relay = rareFlow()
        var inventory = fullInventory()
        inventory.privacyKey = "5d0c5d0c"
        return [
            .inventory(inventory),
            .start(start), .flow(relay), .alert(rareAlert(relay)), .dns(question(relay, name: "relay.example")),
            .dns(question(hintedFlow(), name: "chat.gpt.example")), .alert(alert(hintedFlow())),
            .alert(alert(fullFlow())), .health(notice), .stats(rareStats()),
        ]
    }

    /// A flow to a suspected relay, with contradictions, in other tunnels each way, by a name that was converted.
    private static func rareFlow() -> Observation {
        var flow = flow()
        flow.names = [NameEvidence(name: "bücher.example", source: .tlsSNI)]
        flow.conflicts = 1
        flow.continues = 7
        flow.isUntrusted = true
        flow.tunnels = ["gre"]
        flow.tunnelsDown = ["vxlan"]
        flow.vlansDown = [9]
        var observation = observation(flow)
        observation.attribution = nil
        observation.client = "litellm"
        observation.relay = RelaySuspicion(score: 70, reasons: ["client_hello LiteLLM"])
        observation.firstSeen.host = .init(.sensor)
        observation.privacyKey = "5d0c5d0c"
        return observation
    }

    private static func rareAlert(_ observation: Observation) -> Alert {
        var alert = alert(observation, thresholdValue: 2001)
        alert.groupedSources = 3
        return alert
    }

    private static func rareStats() -> StatsReport {
        var report = fullStats()
        report.capture.unreadFiles = 1
        report.capture.skippedFiles = 1
        report.capture.fragments = 4
        report.flows.refusedSegments = 1
        report.flows.doubtfulSegments = 1
        report.flows.refusedResets = 1
        report.activity.incrementsOmitted = 1
        report.rules.alertOverflow = 1
        report.rules.flowOverflow = 1
        report.outputs = [
            OutputReport(name: "webhook", written: 3, dropped: 1, lag: 0, lastSuccess: start, failure: "it answers 400")
        ]
        return report
    }

    /// Events about far ends that concern no AI vendor, with everything that can be hidden of them.
    static func `private`() -> [Event] {
        var observation = fullFlow()
        observation.attribution = nil
        observation.flow.continues = 7
        observation.flow.names.append(NameEvidence(name: "other.example", source: .certificate))
        var inventory = fullInventory()
        inventory.hosts = ["192.0.2.1"]
        inventory.telemetry?.hosts = ["192.0.2.2"]
        return [.flow(observation), .inventory(inventory)]
    }
}
