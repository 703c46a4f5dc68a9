extension SettingKey {
    static let service = [serviceUser, serviceSandbox, serviceState]

    /// The user to become once interfaces are open.
    public static let serviceUser = SettingKey(
        "service.user", flag: "user", .text, scope: .live,
        "The user to become once interfaces are open: a name, or USER:GROUP as numbers")
    /// How much is given up once interfaces are open.
    public static let serviceSandbox = SettingKey(
        "service.sandbox", flag: "sandbox", .keyword(["auto", "required", "off"]), defaults: ["auto"], scope: .live,
        "Whether capabilities, files, sockets and system calls are given up once interfaces are open: what the kernel has, "
            + "all of it or no start, or nothing")
    /// Where the sequence is kept.
    public static let serviceState = SettingKey(
        "service.state", flag: "state", .text, scope: .live,
        "A directory in which the sensor keeps the number of its next event, so that its sequence goes on over restarts"
    )
}
