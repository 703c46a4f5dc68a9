import Delivery

extension SettingKey {
    static let http = [httpListen, httpListenExposed]

    /// Where this machine asks for metrics and health.
    public static let httpListen = SettingKey(
        "http.listen", flag: "http-listen",
        .custom("addresses of this machine") { text in
            guard let address = ListenAddress(text) else { return "'\(text)' \(form)" }
            if address.isLocal { return nil }
            return "'\(text)' can be reached from elsewhere; http.listen_exposed is for such addresses"
        }, scope: .live,
        "Where metrics (/metrics) and health (/healthz, /readyz) are answered over HTTP: 127.0.0.1:PORT, [::1]:PORT or unix:PATH; "
            + "nowhere unless set")
    /// Where others, too, ask for metrics and health.
    public static let httpListenExposed = SettingKey(
        "http.listen_exposed", flag: "http-listen-exposed",
        .custom("addresses") { ListenAddress($0) == nil ? "'\($0)' \(form)" : nil }, scope: .live,
        "As http.listen, at addresses that others can reach, without encryption and for everybody: ADDRESS:PORT")

    private static let form = "is no address such as 127.0.0.1:9477, [::1]:9477 or unix:/run/egret/http.sock"
}
