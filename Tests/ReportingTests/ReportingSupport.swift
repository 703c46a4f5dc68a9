import Bytes
import Foundation
import Rules
import Testing

@testable import Reporting

/// A directory that goes with its owner.
final class ScratchDirectory {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("egret-reporting-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ lines: [String]) throws -> String {
        try write(name, Data((lines.map { $0 + "\n" }.joined()).utf8))
    }

    func write(_ name: String, _ data: Data) throws -> String {
        let path = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: path)
        return path.path
    }
}

/// Events as a sensor writes them, with what a test sets.
struct EventLines {
    var sensor = "office"
    var boot = "b1"
    private(set) var lines: [String] = []
    private var sequence = 0

    mutating func add(_ type: String, _ time: String, _ members: String, sequence: Int? = nil) {
        self.sequence = sequence ?? self.sequence + 1
        lines.append(
            """
            {"time":"\(time)","type":"\(type)","id":"\(sensor)/\(boot)/\(self.sequence)","seq":\(self.sequence),\
            "boot":"\(boot)","schema":"1.0.0","sensor":{"id":"\(sensor)","version":"0.1.0"},\(members)}
            """)
    }

    /// A whole flow of `product` from `source`.
    mutating func flow(
        _ time: String, source: String, vendor: String = "anthropic", product: String = "claude-code",
        id: Int, up: Int = 1_000, down: Int = 5_000, requests: (Int, Int, Int) = (2, 1, 3), group: String? = nil,
        host: String = "api.anthropic.com", part: Int = 1, isFinal: Bool = true, role: String = "inference",
        start: String? = nil
    ) {
        let group = group.map { #","group":"\#($0)""# } ?? ""
        let hexadecimal = String(id, radix: 16)
        let name = String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal
        add(
            "flow", time,
            """
            "flow":{"id":"\(name)","part":\(part),"final":\(isFinal),"state":"closed","start":"\(start ?? time)","end":"\(time)",\
            "bytes_up":\(up),"bytes_down":\(down),"requests_est":\(requests.0),"requests_low":\(requests.1),\
            "requests_high":\(requests.2),"interactions_est":\(requests.0),"interactions_low":0,\
            "interactions_high":\(requests.2)},"src":{"ip":"\(source)","port":50000\(group)},"dst":{"ip":"192.0.2.1",\
            "port":443,"host":"\(host)","host_source":"tls_sni"},"ai":{"vendor":"\(vendor)","product":"\(product)",\
            "role":"\(role)","category":"coding-agent","country":"US","confidence":"high","scope":"dedicated",\
            "catalog":"2026.11.30"},"evidence":{"complete":true}
            """)
    }

    /// A `stats` event of `packets`, of which `dropped` were lost in the kernel.
    mutating func stats(_ time: String, packets: Int, dropped: Int = 0, ratio: String = "1.0") {
        add(
            "stats", time,
            """
            "interval":60.0,"capture":{"packets":\(packets),"bytes":\(packets * 500),"dropped_kernel":\(dropped)},\
            "attribution":{"named":90,"unnamed":10},"coverage":{"ratio":\(ratio)}
            """)
    }
}

/// A query by UTC.
func utcQuery(_ change: (inout ReportQuery) throws -> Void = { _ in }) throws -> ReportQuery {
    var query = ReportQuery(clock: try #require(DayClock(zone: "UTC")))
    try change(&query)
    return query
}

/// The report of `lines`.
func report(_ lines: [String], _ query: ReportQuery) throws -> Report {
    let scratch = try ScratchDirectory()
    return report(path: try scratch.write("events.jsonl", lines), query)
}

/// The report of what is at `path`.
func report(path: String, _ query: ReportQuery) -> Report {
    var model = ReportModel(query)
    var reader = EventReader()
    reader.read(path, into: &model)
    return Report(model, reader, command: "egret report", tool: "0.1.0")
}
