import Events
import Flows
import Protocols
import Rules
import Testing

private func line(_ event: Event, _ pseudonymizer: inout Pseudonymizer) -> String {
    var encoder = EventEncoder(sensor: Samples.sensor)
    encoder.encode(pseudonymizer.hide(event))
    return String(decoding: encoder.line, as: UTF8.self)
}

@Test func pathsOfRequestsAreDroppedAlsoWhereAMessageQuotesThem() throws {
    var profile = PrivacyProfile()
    profile.paths = .drop
    #expect(!profile.isClear && !profile.needsKey)
    var pseudonymizer = try #require(Pseudonymizer(profile))
    var observation = Samples.observation()
    observation.flow.http = HTTPFacts(method: "POST", path: "/v1/secret-token")
    let flow = line(.flow(observation), &pseudonymizer)
    #expect(!flow.contains("secret-token") && !flow.contains("\"http\"") && flow.contains("anthropic"))
    var alert = Samples.alert()
    alert.observation = observation
    alert.message = "POST /v1/secret-token by a client"
    let text = line(.alert(alert), &pseudonymizer)
    #expect(!text.contains("secret-token") && text.contains("POST - by a client"))
}
