import Events
import Flows
import Settings
import Testing

@testable import Monitor

private func configuration(_ settings: Settings, _ mode: StartReport.Mode = .live) -> Configuration {
    let sensor = SensorIdentity(id: "s", version: "1", boot: "b")
    var configuration = Configuration(sensor: sensor, mode: mode, sources: [])
    configuration.apply(settings)
    return configuration
}

/// Another value than the default, for each kind of key.
func otherValues(of key: SettingKey) -> [String] {
    switch key.kind {
    case .text, .texts: ["other"]
    case .boolean: [key.defaults == ["true"] ? "false" : "true"]
    case .integer(let range): ["\(range.upperBound)"]
    case .size(let range): ["\(range.lowerBound)"]
    case .duration: ["7s"]
    case .milliseconds: ["7ms"]
    case .zone: ["Asia/Shanghai"]
    case .keyword(let words), .words(let words): [words.last ?? ""]
    case .custom:
        switch key.section {
        case "http": ["127.0.0.1:9477"]
        case "evidence": ["syslog+udp://192.0.2.7"]
        case "trust": ["10.0.0.0/8"]
        default: ["ecs=/out"]
        }
    }
}

@Test func theDefaultsOfTheTableAreThoseOfTheCode() {
    let fresh = FlowPolicy()
    let configured = configuration(Settings())
    #expect(configured.policy.idle == fresh.idle)
    #expect(configured.policy.memory == fresh.memory && configured.policy.unfinishedMemory == fresh.unfinishedMemory)
    let plain = Configuration(sensor: configured.sensor, mode: .live, sources: [])
    #expect(configured.policy.active == plain.policy.active)
    #expect(configured.snapshotLength == plain.snapshotLength && configured.bufferSize == plain.bufferSize)
    // Alerts come that much later on a quiet network.
    #expect(configured.readTimeout == plain.readTimeout && (1...10).contains(configured.readTimeout))
    #expect(configured.isPromiscuous == plain.isPromiscuous && configured.reloadsOnChange == plain.reloadsOnChange)
    let settings = configured.outputSettings
    let standard = OutputSettings()
    #expect("\(settings)" == "\(standard)")
    #expect(configured.statsInterval == 60_000_000_000 && configuration(Settings(), .offline).statsInterval == nil)
    #expect(configured.flows == plain.flows && configured.outputs == [OutputTarget(.standardOutput)])
}

@Test func everyKeyReachesTheConfiguration() {
    let plain = "\(configuration(Settings()))"
    // These go into the run's identity and its sources, which a command puts together; rules that are off have no paths.
    let elsewhere: [SettingKey] = [.sensorID, .interfaces, .rulesOff]
    for key in SettingKey.all where !elsewhere.contains(key) {
        var settings = Settings()
        #expect(settings.set(key, otherValues(of: key), from: .flag("--\(key.flag)")) == nil, "\(key.path)")
        #expect("\(configuration(settings))" != plain, "\(key.path) makes no difference")
    }
    var settings = Settings()
    #expect(
        settings.set(.rulePaths, ["a"], from: .builtIn) == nil
            && settings.set(.rulesOff, ["true"], from: .builtIn) == nil)
    #expect(configuration(settings).rulePaths.isEmpty)
}
