import Bytes
import Events
import Flows
import Rules
import Testing

private func line(_ event: Event) -> String {
    var encoder = EventEncoder(sensor: Samples.sensor, format: TextFormat())
    encoder.encode(event)
    return String(decoding: encoder.line, as: UTF8.self)
}

@Test func anEventIsOneLineForAPerson() {
    let flow = line(.flow(Samples.observation()))
    #expect(flow.hasSuffix("\n") && flow.split(separator: "\n").count == 1 && flow.contains("anthropic/claude-api"))
    let alert = line(.alert(Samples.alert()))
    #expect(alert.contains("HIGH") && alert.contains("anthropic-ban") && alert.split(separator: "\n").count == 1)
    #expect(line(.stats(Samples.fullStats())).contains("9,120,442 packets, 99.9 % judged"))
}

@Test func whatATerminalWouldObeyIsShown() {
    var alert = Samples.alert()
    alert.message = "a\u{1B}[31m\u{202E}\nb" + String(repeating: "x", count: 40_000)
    let text = line(.alert(alert))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && text.utf8.count < 2_000)
    #expect(text.split(separator: "\n").count == 1)
}
