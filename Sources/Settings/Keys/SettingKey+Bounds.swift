extension SettingKey {
    static let timeouts = [activeTimeout, tcpIdle, tcpUnanswered, tcpClosed, udpIdle, udpUnanswered]
    static let limits = [flowMemory, unfinishedMemory, alertMemory, alertsPerMinute, inventoryMemory, firstSeenEntries]

    /// After how long a flow that lives on is reported.
    public static let activeTimeout = SettingKey(
        "timeouts.active", flag: "active-timeout", .duration(seconds: 0...999_999), defaults: ["5m"], scope: .live,
        summary: "After how long a flow that lives on is reported; 0 for never")
    /// When TCP that is in use ends for lack of packets.
    public static let tcpIdle = SettingKey(
        "timeouts.tcp", flag: "tcp-timeout", .duration(seconds: 1...999_999), defaults: ["10m"],
        summary: "After how long without a packet a TCP flow ends")
    /// When TCP that no one has answered ends.
    public static let tcpUnanswered = SettingKey(
        "timeouts.tcp_unanswered", flag: "tcp-unanswered-timeout", .duration(seconds: 1...999_999), defaults: ["1m"],
        summary: "The same for a TCP flow that no one has answered")
    /// How long TCP is kept after its end.
    public static let tcpClosed = SettingKey(
        "timeouts.tcp_closed", flag: "tcp-closed-timeout", .duration(seconds: 1...999_999), defaults: ["5s"],
        summary: "How long a TCP flow is kept after its end, for stragglers")
    /// When UDP both ways ends for lack of packets.
    public static let udpIdle = SettingKey(
        "timeouts.udp", flag: "udp-timeout", .duration(seconds: 1...999_999), defaults: ["3m"],
        summary: "After how long without a packet a UDP flow ends")
    /// When UDP that no one has answered ends.
    public static let udpUnanswered = SettingKey(
        "timeouts.udp_unanswered", flag: "udp-unanswered-timeout", .duration(seconds: 1...999_999), defaults: ["1m"],
        summary: "The same for a UDP flow that no one has answered")

    /// The memory for flows.
    public static let flowMemory = SettingKey(
        "limits.flow_memory", .size(1 << 20...1 << 40), defaults: ["256MiB"],
        summary:
            "The most memory for flows: tables, what is known of each, unfinished readings and the counting of requests"
    )
    /// The memory for what has no name yet.
    public static let unfinishedMemory = SettingKey(
        "limits.unfinished_memory", .size(1 << 20...1 << 40), defaults: ["64MiB"],
        summary:
            "The most memory for streams and datagrams whose name is not whole yet, and never more than a quarter of the memory for flows"
    )
    /// The memory for open alerts.
    public static let alertMemory = SettingKey(
        "limits.alert_memory", .size(1 << 20...1 << 40), defaults: ["48MiB"],
        summary: "The most memory for open alerts; past it, those that would close next close early")
    /// When alerts of a rule are summed.
    public static let alertsPerMinute = SettingKey(
        "limits.alerts_per_minute", .integer(0...1_000_000), defaults: ["600"],
        summary:
            "The alerts that a rule opens in a minute before further ones are summed in a group alert; 0 for no limit")
    /// The memory for the inventory.
    public static let inventoryMemory = SettingKey(
        "limits.inventory_memory", .size(1 << 20...1 << 40), defaults: ["48MiB"],
        summary: "The most memory for the inventory of a day; past it, rows get no new hosts and no new row is made")
}
