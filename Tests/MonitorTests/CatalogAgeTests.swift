import Bytes
import Capture
import Events
import Testing

@testable import Monitor

@Test func theAgeOfTheCatalogIsToldAtAnyTime() throws {
    var configuration = Project.reading("e-gre")
    configuration.mode = .live
    let engine = Engine(configuration, try Project.knowledge(), sources: ["none"])
    for moment in [Int64.min, 0, .max] {
        let time = Timestamp(nanoseconds: moment)
        let report = engine.report(at: time, interval: 0, statistics: .init(), source: "none", isLive: true)
        let age = report.attribution.catalogAge
        #expect(moment == .max ? (age ?? 0) > 0 : age == 0)
    }
}
