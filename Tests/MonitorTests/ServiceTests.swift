import Delivery
import Events
import Foundation
import Host
import Testing

@testable import Monitor

private func temporaryDirectory() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
}

@Test func aSequenceGoesOnAndLeavesAGapAfterACrash() {
    #expect(SensorState(boot: "b", next: 7, isClean: true).firstOfNextRun == 7)
    #expect(SensorState(boot: "b", next: 7, isClean: false).firstOfNextRun == 1_000_007)
    #expect(SensorState(boot: "b", next: .max).firstOfNextRun == 1)
    #expect(SensorState(boot: "b", next: 0, isClean: true).firstOfNextRun == 1)
}

@Test func aStateIsReadAsItWasSavedAndOtherwiseNotAtAll() throws {
    let directory = temporaryDirectory()
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let path = directory + "/sensor.json"
    #expect(SensorState(path: path) == nil)
    let state = SensorState(boot: "b", next: 42, isClean: true)
    #expect(state.save(to: path))
    #expect(SensorState(path: path) == state)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in 0..<whole.count {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        #expect(SensorState(path: path) == nil, "\(length) bytes")
    }
    #expect(!state.save(to: directory + "/missing/sensor.json"))
}

@Test("The sandbox leaves a run its outputs and what it reads, and no socket")
func theSandboxLeavesWhatTheRunNeeds() {
    var configuration = Configuration(
        sensor: SensorIdentity(id: "s", version: "1", boot: "b"), mode: .live, sources: ["lo"])
    configuration.outputs = [OutputTarget(.directory("/var/log/egret"))]
    configuration.stateDirectory = "/var/lib/egret"
    configuration.rulePaths = ["/etc/egret/rules/acme.yaml"]
    let limits = configuration.limits
    #expect(limits.writable == ["/var/log/egret", "/var/lib/egret"])
    #expect(limits.readable.contains("/etc/egret/rules") && limits.readable.contains("/proc"))
    #expect(!limits.usesInternet && !limits.usesUnixSockets)
    #expect(limits.connectsTo.isEmpty && limits.listensOn.isEmpty)
    configuration.outputs = [OutputTarget(.standardOutput)]
    configuration.stateDirectory = nil
    #expect(configuration.limits.writable.isEmpty)
    configuration.outputs = [OutputTarget(.syslog(.tcp("192.0.2.7", 6514)))]
    #expect(configuration.limits.usesInternet && !configuration.limits.usesUnixSockets)
    #expect(configuration.limits.connectsTo == [53, 6514] && !configuration.limits.loadsLibraries)
    configuration.outputs = [OutputTarget(.webhook("https://hooks.example/egret"))]
    #expect(configuration.limits.connectsTo == [53, 443] && configuration.limits.loadsLibraries)
    configuration.outputs = [OutputTarget(.socket(.unixDatagram("/run/shipper/egret.sock")))]
    #expect(configuration.limits.usesUnixSockets && !configuration.limits.usesInternet)
}
