import Foundation
import Rules
import Testing
import Vendors

@testable import Monitor

/// A catalog of one vendor that is named as the captures' own, with `hosts` as its entries.
private func catalog(_ hosts: [String]) throws -> Catalog {
    let lines = hosts.map { "- {\($0), source: docs}" }
    let text = """
        id: alibaba
        name: Alibaba Cloud
        country: CN
        category: api
        sources:
          docs: {date: 2026-11-22, text: public documents}
        hosts:
        \(lines.joined(separator: "\n"))
        """
    return try Catalog([[try VendorFile(text: text, file: "alibaba.yaml")]])
}

@Test("A host that only the vendor's whole domain covers is told, and what was never seen too")
func driftOfARealClient() throws {
    let record = try Project.record(.hosts, "a-dashscopecompat-n5")
    #expect(record.hosts["dashscope.aliyuncs.com"] == 1)
    let drift = CatalogDrift(
        observed: record.hosts,
        catalog: try catalog([
            "suffix: aliyuncs.com, role: unclassified", "exact: old.aliyuncs.com, role: inference",
        ]))
    #expect(drift.unclassified.map(\.name) == ["dashscope.aliyuncs.com"])
    #expect(drift.unclassified.first?.vendor == "alibaba")
    #expect(drift.unseen.map(\.description) == ["exact old.aliyuncs.com"])
    #expect(drift.text.contains("dashscope.aliyuncs.com\t1\talibaba"))
    #expect(
        drift.jsonLines.first
            == #"{"kind":"unclassified","host":"dashscope.aliyuncs.com","vendor":"alibaba","flows":1}"#)
    for line in drift.jsonLines {
        #expect((try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["kind"] != nil, "\(line)")
    }
}

@Test func aHostThatNoEntryMatchesIsUnknownAndNobodysEntriesAreMissed() throws {
    let record = try Project.record(.hosts, "a-dashscopecompat-n5")
    let drift = CatalogDrift(observed: record.hosts, catalog: try catalog(["exact: other.example, role: web"]))
    #expect(drift.unknown.map(\.name) == ["dashscope.aliyuncs.com"])
    #expect(drift.unseen.isEmpty)
    #expect(drift.listed.isEmpty)
}

@Test func theShippedCatalogNamesWhatThisClientContacts() throws {
    let drift = CatalogDrift(
        observed: try Project.record(.hosts, "a-dashscopecompat-n5").hosts, catalog: try Project.knowledge().catalog
    )
    #expect(drift.listed.map(\.name) == ["dashscope.aliyuncs.com"])
    #expect(!drift.unseen.isEmpty)
}

@Test func aRecordKeepsNoMoreThanItsCapacityAndCountsTheRest() throws {
    var record = RunRecord(.observations, capacity: 1)
    let all = try Project.record(.observations, "a-dashscopecompat-n5")
    #expect(all.observations.count > 1)
    for (observation, trigger) in all.observations { record.add(observation, on: trigger) }
    #expect(record.observations.count == 1)
    #expect(record.omitted == UInt64(all.observations.count - 1))
}
