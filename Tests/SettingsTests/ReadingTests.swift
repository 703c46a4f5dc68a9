import Settings
import Testing
import Text

@Suite struct EnvironmentTests {
    @Test("A list in a variable is separated by commas, blanks after them dropped, empty items too")
    func lists() {
        var settings = Settings()
        #expect(settings.read(environment: ["EGRET_SOURCES_INTERFACES": "eth0, eth1,,eth2"]).isEmpty)
        #expect(settings.texts(.interfaces) == ["eth0", "eth1", "eth2"])
        #expect(settings[.interfaces].origin == .variable("EGRET_SOURCES_INTERFACES"))
    }

    @Test("Errors are in the order of the variables' names, whatever that of the environment")
    func order() {
        var settings = Settings()
        let environment = [
            "EGRET_TIMEOUTS_TCP": "soon", "EGRET_FILTERS_DNS": "maybe", "EGRET_LIMITS_FLOW_MEMORY": "lots",
            "EGRET_ZZZ": "1",
        ]
        let names = settings.read(environment: environment).map { "\($0.origin) \($0.code.rawValue)" }
        #expect(
            names == [
                "EGRET_FILTERS_DNS C011", "EGRET_LIMITS_FLOW_MEMORY C011", "EGRET_TIMEOUTS_TCP C011", "EGRET_ZZZ C010",
            ])
        for key in SettingKey.all { #expect(!settings.isSet(key), "\(key.path)") }
    }

    @Test("Variables of others, of Kubernetes and that of the file are no settings")
    func others() {
        var settings = Settings()
        let environment = [
            "PATH": "/bin", "EGRETX": "1", "egret_limits_flow_memory": "x", "EGRET_CONFIG": "/etc/egret.yaml",
            "EGRET_SERVICE_HOST": "10.0.0.1", "EGRET_SERVICE_PORT_HTTP": "80", "EGRET_PORT_80_TCP_ADDR": "10.0.0.1",
        ]
        #expect(settings.read(environment: environment).isEmpty)
        for key in SettingKey.all { #expect(!settings.isSet(key), "\(key.path)") }
    }

    @Test("Every key can be set by its own variable to its defaults")
    func everyVariable() {
        for key in SettingKey.all where !key.defaults.isEmpty {
            var settings = Settings()
            let errors = settings.read(environment: [key.variable: key.defaults.joined(separator: ",")])
            #expect(errors.isEmpty, "\(key.path): \(errors)")
            #expect(settings.texts(key) == key.defaults && settings.isSet(key), "\(key.path)")
        }
    }
}

@Suite struct LayerTests {
    @Test("The last layer that sets a key wins, whichever layers are there")
    func precedence() {
        let file = Array("timeouts: {tcp: 11}\n".utf8)
        for layers in 0..<8 {
            var settings = Settings()
            var expected = (text: SettingKey.tcpIdle.defaults, origin: "default")
            if layers & 1 != 0 {
                #expect(settings.read(file: "f", bytes: file).isEmpty)
                expected = (["11"], "f:1:12")
            }
            if layers & 2 != 0 {
                #expect(settings.read(environment: ["EGRET_TIMEOUTS_TCP": "12"]).isEmpty)
                expected = (["12"], "EGRET_TIMEOUTS_TCP")
            }
            if layers & 4 != 0 {
                #expect(settings.set(.tcpIdle, ["13"], from: .flag("--tcp")) == nil)
                expected = (["13"], "--tcp")
            }
            #expect(settings.texts(.tcpIdle) == expected.text, "\(layers)")
            #expect("\(settings[.tcpIdle].origin)" == expected.origin, "\(layers)")
        }
    }

    @Test("A list is taken whole from the layer that wins")
    func wholeLists() {
        var settings = Settings()
        #expect(settings.read(file: "f", bytes: Array("sources: {interfaces: [a, b, c]}".utf8)).isEmpty)
        #expect(settings.set(.interfaces, ["d"], from: .flag("--interface")) == nil)
        #expect(settings.texts(.interfaces) == ["d"])
    }

    @Test("A wrong value in a later layer keeps that of the earlier one")
    func refusedLayer() {
        var settings = Settings()
        #expect(settings.read(file: "f", bytes: Array("timeouts: {tcp: 11}".utf8)).isEmpty)
        #expect(settings.read(environment: ["EGRET_TIMEOUTS_TCP": "never"]).count == 1)
        #expect(settings.duration(.tcpIdle) == 11_000_000_000 && "\(settings[.tcpIdle].origin)" == "f:1:12")
    }

    @Test("What is not set has no text, number, truth or duration")
    func unset() {
        let key = SettingKey("test.nothing", .text, summary: "Nothing")
        let settings = Settings()
        #expect(settings.text(key) == nil && settings.texts(key) == [] && settings.number(key) == 0)
        #expect(!settings.isOn(key) && settings.duration(key) == nil && !settings.isSet(key))
        #expect(settings[key].origin == .builtIn)
    }

    @Test("Numbers and durations are those of the text")
    func values() {
        var settings = Settings()
        let size = SettingKey("test.size", .size(0...Int64.max), summary: "A size")
        let count = SettingKey("test.count", .integer(-5...5), summary: "A number")
        let time = SettingKey("test.time", .duration(seconds: 0...1_000), summary: "A time")
        #expect(settings.set(size, ["1.5KiB"], from: .builtIn) == nil && settings.number(size) == 1_536)
        #expect(settings.set(count, ["-5"], from: .builtIn) == nil && settings.number(count) == -5)
        #expect(settings.set(time, ["0.25"], from: .builtIn) == nil && settings.duration(time) == 250_000_000)
        #expect(settings.set(time, ["0"], from: .builtIn) == nil && settings.duration(time) == nil)
    }

    @Test("An enumeration setting gives the case that was set, otherwise its default")
    func enumerations() {
        var settings = Settings()
        #expect(settings[SettingKey.flows] == SettingKey.flows.defaultValue)
        for value in SettingKey.flows.values {
            #expect(settings.set(SettingKey.flows.key, [value.rawValue], from: .flag("--flows")) == nil)
            #expect(settings[SettingKey.flows] == value)
        }
        #expect(settings.set(SettingKey.flows.key, ["some"], from: .flag("--flows")) != nil)
        #expect(settings[SettingKey.flows] == SettingKey.flows.values.last)
    }
}

@Suite struct ConfigurationFileTests {
    private func errors(_ text: String) -> [String] {
        var settings = Settings()
        return settings.read(file: "c.yaml", bytes: Array(text.utf8)).map(\.description)
    }

    @Test("Every error of a file is reported in one run, each at its place")
    func everyError() {
        let text = """
            timeouts:
              tcp: never
              udp: [1]
            sources:
              interfaces: eth0
            nonsense: 1
            """
        let found = errors(text)
        let places = found.map { $0.prefix(while: { $0 != " " }) }
        #expect(places == ["c.yaml:2:8:", "c.yaml:3:8:", "c.yaml:5:15:", "c.yaml:6:1:"], "\(found)")
        #expect(found[1].hasSuffix("'udp' takes a single value"))
        #expect(found[2].hasSuffix("'interfaces' takes a list"))
    }

    @Test("Keys of the author's own are passed over at both levels, whatever they hold")
    func ownKeys() {
        #expect(errors("x-a: [1, {b: c}]\ntimeouts:\n  x-b: {}\n  tcp: 5\n") == [])
    }

    @Test("A byte that is not UTF-8 is an error of syntax")
    func encoding() {
        var settings = Settings()
        let found = settings.read(file: "c.yaml", bytes: Array("timeouts: {tcp: 5} # ".utf8) + [0xFF])
        #expect(found.map(\.description) == ["c.yaml:1:1: error[C001] the file is not UTF-8"])
    }

    @Test("The names of errors, origins and warnings are what compilers write")
    func descriptions() {
        let place = SettingOrigin.file(SourcePosition(file: "a b.yaml", line: 3, column: 9))
        #expect("\(place)" == "a b.yaml:3:9")
        let error = SettingError(.unreadable, at: .variable("EGRET_CONFIG"), "no such file", suggestion: "egret.yaml")
        #expect(error.description == "EGRET_CONFIG: error[C002] no such file; did you mean 'egret.yaml'?")
        #expect(SettingError(.shape, at: .builtIn, "x").description == "default: error[C003] x")
        #expect(Set(SettingError.Code.allCases.map(\.rawValue)).count == SettingError.Code.allCases.count)
    }
}
