import Foundation
import Settings
import Testing

private func read(_ text: String) -> (settings: Settings, errors: [String]) {
    var settings = Settings()
    let errors = settings.read(file: "egret.yaml", bytes: Array(text.utf8))
    return (settings, errors.map(\.description))
}

@Test func aFileSetsWhatItSaysAndTheRestStaysAsItIs() {
    let (settings, errors) = read(
        """
        # what the gateway does
        sources: {interfaces: [eth0, eth1], snaplen: 2048}
        filters:
          capture: 'not port 22'
          flows: all
        limits:
          flow_memory: 1GiB
        timeouts:
          active: 90s
          tcp: 20
        x-owner: net team
        """)
    #expect(errors.isEmpty)
    #expect(settings.texts(.interfaces) == ["eth0", "eth1"])
    #expect(settings.number(.snapshotLength) == 2048)
    #expect(settings.text(.captureFilter) == "not port 22")
    #expect(settings.number(.flowMemory) == 1 << 30)
    #expect(settings.duration(.activeTimeout) == 90_000_000_000)
    #expect(settings.duration(.tcpIdle) == 20_000_000_000)
    #expect(settings.duration(.udpIdle) == 180_000_000_000)
    #expect("\(settings[.flowMemory].origin)" == "egret.yaml:7:3")
    #expect(settings[.udpIdle].origin == .builtIn)
}

@Test func aFlagWinsOverAVariableAndThatOverTheFile() {
    var (settings, errors) = read("filters: {flows: none, dns: true, capture: tcp}")
    #expect(errors.isEmpty)
    let environment = ["EGRET_FILTERS_FLOWS": "all", "EGRET_FILTERS_DNS": "false", "PATH": "/bin"]
    #expect(settings.read(environment: environment).isEmpty)
    #expect(settings.set(SettingKey.flows.key, ["ai"], from: .flag("--flows")) == nil)
    #expect(settings[SettingKey.flows] == .ai && "\(settings[SettingKey.flows.key].origin)" == "--flows")
    #expect(!settings.isOn(.questions) && "\(settings[.questions].origin)" == "EGRET_FILTERS_DNS")
    #expect(settings.text(.captureFilter) == "tcp" && "\(settings[.captureFilter].origin)" == "egret.yaml:1:35")
}

@Test("A misspelt key is an error with its place and the key that was meant, in file and environment")
func unknownKeysAreErrors() {
    let text = """
        outpts:
          to: [-]
        limits:
          flow_memroy: 1GiB
        filters:
          wholly_unknown: 1
        """
    #expect(
        read(text).errors == [
            "egret.yaml:1:1: error[C010] unknown key 'outpts' at the top of the file; did you mean 'outputs'?",
            "egret.yaml:4:3: error[C010] unknown key 'flow_memroy' in limits; did you mean 'flow_memory'?",
            "egret.yaml:6:3: error[C010] unknown key 'wholly_unknown' in filters",
        ])
    var settings = Settings()
    let environment = ["EGRET_LIMITS_FLOW_MEMROY": "1GiB", "EGRET_SERVICE_HOST": "10.0.0.1", "EGRET_CONFIG": "x"]
    #expect(
        settings.read(environment: environment).map(\.description) == [
            "EGRET_LIMITS_FLOW_MEMROY: error[C010] no key has this variable; did you mean 'EGRET_LIMITS_FLOW_MEMORY'?"
        ])
}

@Test(arguments: [
    ("limits: {flow_memory: much}", "1:23", "C011"), ("limits: {flow_memory: 1kB}", "1:23", "C011"),
    ("timeouts: {tcp: 0}", "1:17", "C011"), ("timeouts: {tcp: -5s}", "1:17", "C011"),
    ("filters: {flows: al}", "1:18", "C011"), ("filters: {dns: yes}", "1:16", "C011"),
    ("sources: {snaplen: 1e3}", "1:20", "C011"), ("sources: {interfaces: eth0}", "1:23", "C003"),
    ("sources: {interfaces: [[eth0]]}", "1:24", "C003"), ("filters: [ai]", "1:10", "C003"),
    ("filters: {flows: [ai]}", "1:18", "C003"), ("- filters", "1:1", "C003"), ("filters: {", "1:11", "C001"),
    ("filters: {flows: ai, flows: all}", "1:22", "C001"), ("sensor: {id: }", "1:14", "C011"),
])
func whatIsNoValueIsAnErrorAtItsPlace(text: String, place: String, code: String) {
    let (settings, errors) = read(text)
    #expect(errors.count == 1)
    #expect(errors.first?.hasPrefix("egret.yaml:\(place): error[\(code)] ") == true, "\(errors)")
    #expect(settings[SettingKey.flows.key].origin == .builtIn || code == "C001")
}

@Test func anEmptyFileAndAnEmptySectionSayNothing() {
    #expect(read("limits:\nfilters:\n").errors.isEmpty)
    #expect(read("# nothing\n").errors.isEmpty)
}

@Test func hostileFilesAreErrorsAndNothingElse() {
    let text = Array("sources: {interfaces: [eth0], snaplen: 2048}\nlimits: {flow_memory: 1GiB}\n".utf8)
    for index in text.indices {
        var settings = Settings()
        _ = settings.read(file: "f", bytes: Array(text[..<index]))
        for bit in 0..<8 {
            var flipped = text
            flipped[index] ^= 1 << UInt8(bit)
            _ = settings.read(file: "f", bytes: flipped)
        }
        #expect(settings.number(.flowMemory) >= 1 << 20)
    }
}

@Test func whatIsShownReadsBackAsTheSame() {
    var (settings, _) = read(
        "sources: {interfaces: ['eth0: a', \"it's\"]}\nfilters: {capture: '#x'}\nlimits: {flow_memory: 2MiB}")
    #expect(settings.read(environment: ["EGRET_TIMEOUTS_TCP": "7"]).isEmpty)
    let shown = settings.text
    let (again, errors) = read(shown)
    #expect(errors.isEmpty, "\(errors)\n\(shown)")
    for key in SettingKey.all { #expect(again[key].values == settings[key].values, "\(key.path)") }
    #expect(
        shown.contains("# EGRET_TIMEOUTS_TCP") && shown.contains("# egret.yaml:3:10") && shown.contains("# default"))
}
