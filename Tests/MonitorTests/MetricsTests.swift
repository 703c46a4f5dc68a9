import Bytes
import Events
import Flows
import Foundation
import Rules
import Status
import Testing
import Vendors

@testable import Monitor

private func sample() -> StatsReport {
    var report = StatsReport(time: Timestamp(nanoseconds: 0), interval: 0)
    report.capture.source = "eth\"0\\\n"
    report.capture.packets = 9_120_442
    report.capture.droppedByKernel = 12
    report.attribution.named = 3
    report.attribution.unnamed = 1
    report.attribution.catalogAge = 86_400_000_000_000
    report.rules.matches = [("anthropic-ban", 3)]
    report.rules.suppressed = [("anthropic-ban/legal-review", 2)]
    report.rules.loadTime = Timestamp(nanoseconds: 1_700_000_000_500_000_000)
    report.attribution.vendorBytes = [.init(vendor: "anthropic", role: .inference, up: 10, down: 20)]
    report.rules.broadExceptions = [BroadException(name: "anthropic-ban/legal-review", held: 2, matches: 3)]
    report.outputs = [OutputReport(name: "file", written: 5, dropped: 1, lag: 200_000_000)]
    report.healthReasons = [.ringFull]
    report.process = ProcessReport(cpu: 3_100_000_000, residentBytes: 88_080_384)
    return report
}

@Test("What is received and lost are metrics, by where")
func whatIsLostIsAMetric() {
    let text = MetricsText(sample(), episodes: [.ringFull: 2], version: "1.0.0").text
    for line in [
        #"egret_build_info{version="1.0.0"} 1"#, #"egret_capture_packets_total{source="eth\"0\\\n"} 9120442"#,
        #"egret_capture_dropped_packets_total{source="eth\"0\\\n",where="kernel"} 12"#, "egret_flows_named_ratio 0.75",
        "egret_catalog_age_seconds 86400",
        #"egret_rule_matches_total{rule="anthropic-ban"} 3"#,
        #"egret_rule_suppressed_total{rule="anthropic-ban",exception="legal-review"} 2"#,
        "egret_rules_last_reload_timestamp_seconds 1700000000.5",
        #"egret_ai_bytes_total{vendor="anthropic",role="inference",direction="up"} 10"#,
        #"egret_ai_bytes_total{vendor="anthropic",role="inference",direction="down"} 20"#,
        #"egret_rule_broad_exception_percent{rule="anthropic-ban",exception="legal-review"} 66"#,
        #"egret_output_events_total{sink="file",result="dropped"} 1"#, #"egret_output_lag_seconds{sink="file"} 0.2"#,
        #"egret_health_degraded{reason="ring_full"} 1"#, #"egret_health_degraded{reason="table_full"} 0"#,
        #"egret_health_episodes_total{reason="ring_full"} 2"#, "process_cpu_seconds_total 3.1",
    ] {
        #expect(text.contains("\n\(line)\n"), "\(line)")
    }
}

@Test("The metric that an event field names has its figure, and every metric but a few is named by a field")
func fieldsNameTheirMetrics() {
    let lines = MetricsText(sample(), episodes: [:], version: "1.0.0").text.split(separator: "\n")
    let families = Set(lines.filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) })
    let named = Set(EventField.all.compactMap(\.metric))
    // Their figures appear only if something was counted by rule.
    let byRule = Set(named.filter { $0.hasPrefix("egret_rule_") })
    #expect(named.subtracting(families).subtracting(byRule).sorted() == [])
    #expect(
        families.subtracting(named).sorted() == [
            "egret_ai_bytes_total", "egret_build_info", "egret_catalog_age_seconds", "egret_health_episodes_total",
            "egret_report_timestamp_seconds", "egret_rules_last_reload_timestamp_seconds",
        ])
}

@Test func promtoolFindsNothingToComplainOf() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["promtool", "check", "metrics"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var metrics = MetricsText(sample(), episodes: [:], version: "1.0.0")
    metrics.add(StatusCounters())
    let text = metrics.text
    // env(1) may end at once, and no one reads then.
    try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try? input.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus == 127 {
        print("skipped: promtool is not installed")
        return
    }
    #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
}

@Test func bytesToVendorsAreCountedOnceHoweverOftenAFlowIsTold() {
    var traffic = VendorTraffic()
    let attribution = Attribution(
        vendor: "acme", product: nil, role: .inference, category: "api", country: "ZZ", confidence: .high,
        scope: .dedicated, catalog: "1", why: "")
    let end = FlowSnapshot.Endpoint(address: IPAddress(ipv4: 1), port: 443)
    var flow = FlowSnapshot(client: end, server: end)
    flow.id = 1
    flow.bytesUp = 100
    flow.bytesDown = 10
    traffic.add(flow, attribution)
    flow.bytesUp = 150
    traffic.add(flow, attribution)
    flow.isFinal = true
    flow.bytesDown = 70
    traffic.add(flow, attribution)
    // Another flow that is told once, and one of no one.
    flow.id = 2
    traffic.add(flow, attribution)
    traffic.add(flow, nil)
    #expect(traffic.report == [.init(vendor: "acme", role: .inference, up: 300, down: 140)])
}
