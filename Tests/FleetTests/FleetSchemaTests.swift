import Fleet
import Foundation
import Testing

@Test func theTablesAreTheSameEachTimeAndSplitIntoStatements() {
    let statements = FleetSchema.creation()
    #expect(statements == FleetSchema.creation())
    #expect(!statements.contains { $0.contains(";") })
    // Each view is made after the table that it fills.
    for (place, statement) in statements.enumerated() where statement.contains("MATERIALIZED VIEW") {
        let words = statement.split(separator: " ").map(String.init)
        guard let target = words.firstIndex(of: "TO").map({ words[$0 + 1] }) else { continue }
        let table = statements.firstIndex { $0.contains("CREATE TABLE IF NOT EXISTS \(target)\n") }
        #expect(table.map { $0 < place } == true, "\(target)")
    }
}

@Test func aMigrationOnlyAddsWhatAnEarlierVersionLacks() {
    let old = FleetSchema.creation(version: 1).joined()
    let new = FleetSchema.creation().joined()
    #expect(!old.contains("first_seen_vendor") && new.contains("first_seen_vendor"))
    #expect(!old.contains("egret.finding") && new.contains("egret.finding"))
    let steps = FleetSchema.migration(from: 1)
    #expect(steps.contains { $0.contains("ADD COLUMN IF NOT EXISTS `first_seen_vendor`") })
    #expect(!steps.contains { $0.contains("DROP TABLE") })
    #expect(FleetSchema.migration(from: FleetSchema.version).isEmpty)
}

@Test func theWriterReadsNothingAndTheMaskedReaderSeesNoSource() {
    let grants = FleetSchema.roles.filter { $0.hasPrefix("GRANT") }
    #expect(grants.filter { $0.hasSuffix("egret_writer") } == ["GRANT INSERT ON egret.door TO egret_writer"])
    #expect(
        !grants.contains {
            $0.hasSuffix("egret_masked_reader") && ($0.contains("egret.flow ") || $0.contains("egret.*"))
        })
    let views = FleetSchema.creation().filter { $0.contains("_masked ") }
    #expect(views.count == 2 && !views.contains { $0.contains("src_ip,") || $0.contains("src_port") })
}

@Test func everyFieldOfAFlowHasAColumnOfItsType() {
    #expect(FleetSchema.contradictions == [])
    let flow = FleetSchema.creation().first { $0.contains("CREATE TABLE IF NOT EXISTS egret.flow") } ?? ""
    for path in [
        "flow.bytes_up", "flow.delta.bytes_up", "src.ip", "dst.domain", "tls.sni", "net.community_id",
        "first_seen.host",
    ] {
        #expect(flow.contains("`\(path.replacing(".", with: "_"))`"), "\(path)")
    }
}
