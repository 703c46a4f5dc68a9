import Events
import Foundation
import Rules
import Testing
import Vendors

@testable import Monitor

/// What the tests of this module share.
enum Project {
    /// The root of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A golden capture.
    static func capture(_ name: String) -> String { "\(root)/Tests/Golden/captures/\(name).pcap" }

    /// The shipped catalog and lists, without rules.
    static func knowledge() throws -> ReferenceData {
        let catalog = try Catalog.load(["\(root)/rules/vendors"])
        let fingerprints = try FingerprintSet.load(["\(root)/rules/fingerprints"], catalog: catalog)
        return try ReferenceData(catalog: catalog, fingerprints: fingerprints, listDirectory: "\(root)/rules/lists")
    }

    /// An offline run over a golden capture.
    static func reading(_ name: String) -> Configuration {
        Configuration(
            sensor: SensorIdentity(id: "test", version: "1", boot: "test"), mode: .offline, sources: [capture(name)])
    }

    /// What a run over a golden capture keeps, judged by `rules`.
    static func record(_ contents: RunRecord.Contents, _ name: String, rules: RuleSet? = nil) throws -> RunRecord {
        var knowledge = try knowledge()
        if let rules { knowledge.rules = rules }
        return try OfflineRun.record(contents, configuration: reading(name), referenceData: knowledge).record
    }

    /// The rules of `text` as if it was in the directory of the golden captures.
    static func rules(_ text: String) throws -> RuleSet {
        let load = RuleSet.load([RuleSource(name: "\(root)/Tests/Golden/captures/rules.yaml", text: text)])
        return try #require(load.rules, "\(load.report.rendered(as: .text))")
    }
}
