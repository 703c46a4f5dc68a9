import Events
import Flows
import Foundation
import Protocols
import Rules
import Testing

/// A flow of which two contradictory names were read.
private func contradicted() -> Observation {
    var flow = Samples.observation().flow
    flow.names.append(NameEvidence(name: "other.example", source: .tlsSNI))
    flow.conflicts = 2
    return Samples.observation(flow)
}

@Test func aContradictionIsWrittenWithEachNameAndMakesTheEvidenceIncomplete() throws {
    let line = String(decoding: Samples.lines([.flow(contradicted())])[0], as: UTF8.self)
    #expect(line.contains(#""conflicts":2"#))
    #expect(line.contains(#"{"name":"other.example","source":"tls_sni"}"#))
    #expect(line.contains(#""evidence":{"complete":false}"#))
}

@Test func aFlowWithoutContradictionsDoesNotMentionThem() {
    let line = String(decoding: Samples.lines([.flow(Samples.observation())])[0], as: UTF8.self)
    #expect(!line.contains("conflicts"))
}
