import Delivery

extension SettingKey {
    static let service = [serviceUser, serviceSandbox.key, serviceRebind, serviceState]

    /// The user to become once interfaces are open.
    public static let serviceUser = SettingKey(
        "service.user", flag: "user", .text, scope: .live,
        summary: "The user to become once interfaces are open: a name, or USER:GROUP as numbers")
    /// How much is given up once interfaces are open.
    public static let serviceSandbox = EnumerationSetting<SandboxMode>(
        "service.sandbox", flag: "sandbox", values: SandboxMode.allCases, default: .auto, scope: .live,
        summary:
            "Whether capabilities, files, sockets and system calls are given up once interfaces are open: what the kernel has, "
            + "all of it or no start, or nothing")
    /// Whether packet sockets can be bound again.
    public static let serviceRebind = SettingKey(
        "service.rebind", flag: "rebind", .boolean, defaults: ["false"], scope: .live,
        summary:
            "Whether the sandbox lets a packet socket be bound again to an interface that went away and came back; if not, the run "
            + "ends then with an error, for the service manager to start it again")
    /// Where the sequence is kept.
    public static let serviceState = SettingKey(
        "service.state", flag: "state", .text, scope: .live,
        summary:
            "A directory in which the sensor keeps the number of its next event, so that its sequence continues over restarts"
    )
}

extension SettingKey {
    static let http = [httpListen, httpListenExposed, httpHosts, httpPage]

    /// Where this machine asks for metrics and health.
    public static let httpListen = SettingKey(
        "http.listen", flag: "http-listen",
        .custom("addresses of this machine") { text in
            guard let address = ListenAddress(text) else { return "'\(text)' \(form)" }
            if address.isLocal { return nil }
            return "'\(text)' can be reached from elsewhere; http.listen_exposed is for such addresses"
        }, scope: .live,
        summary:
            "Where metrics (/metrics) and health (/healthz, /readyz) are answered over HTTP: 127.0.0.1:PORT, [::1]:PORT or unix:PATH; "
            + "nowhere unless set")
    /// Where others, too, ask for metrics and health.
    public static let httpListenExposed = SettingKey(
        "http.listen_exposed", flag: "http-listen-exposed",
        .custom("addresses") { ListenAddress($0) == nil ? "'\($0)' \(form)" : nil }, scope: .live,
        summary:
            "As http.listen, at addresses that others can reach, without encryption and for everyone: ADDRESS:PORT")

    /// The names by which others ask.
    public static let httpHosts = SettingKey(
        "http.hosts", flag: "http-host", .texts, scope: .live,
        summary:
            "The names by which others may ask http.listen_exposed, beside addresses, localhost and the machine's own name: a page in a "
            + "browser can ask under any other")

    /// Whether there is a live page.
    public static let httpPage = SettingKey(
        "http.page", flag: "http-page", .boolean, defaults: ["false"], scope: .live,
        summary:
            "Whether http.listen also answers with a live page (/) of the last hour, and egret top with the same; everyone who can "
            + "connect there sees sources and hosts, as far as the privacy settings show them")

    private static let form = "is no address such as 127.0.0.1:9477, [::1]:9477 or unix:/run/egret/http.sock"
}

extension SettingKey {
    static let metrics = [metricsFile]

    /// The file of metrics.
    public static let metricsFile = SettingKey(
        "metrics.file", flag: "metrics-file", .text, scope: .live,
        summary:
            "A file in which metrics are in Prometheus's text format, rewritten every ten seconds; for the textfile collector "
            + "of node_exporter it must end in .prom")
}
