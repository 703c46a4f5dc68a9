extension SettingKey {
    static let sensor = [sensorID]
    static let sources = [interfaces, promiscuous, snapshotLength, bufferSize, readTimeout, threads, groups]
    static let filters = [captureFilter, flowIDs, flows.key, questions, suppressed]
    static let catalog = [catalogDirectories, fingerprintDirectories, catalogStore]
    static let rules = [rulePaths, rulesOff, reloadOnChange]

    /// The sensor's id in events.
    public static let sensorID = SettingKey(
        "sensor.id", flag: "sensor-id", .text,
        summary: "The sensor's id in events; the host's name in watch and offline in analyze unless set")

    /// The interfaces of a live run.
    public static let interfaces = SettingKey(
        "sources.interfaces", flag: "interface", .texts, scope: .live,
        summary: "The interfaces to watch; any takes all of them")
    /// Whether frames for others are taken.
    public static let promiscuous = SettingKey(
        "sources.promiscuous", .boolean, defaults: ["true"], scope: .live,
        summary: "Whether frames for others are taken too")
    /// The most bytes of a frame.
    public static let snapshotLength = SettingKey(
        "sources.snaplen", .integer(64...16_777_216), defaults: ["262144"], scope: .live,
        summary: "The most bytes of a frame that are captured")
    /// The kernel's ring.
    public static let bufferSize = SettingKey(
        "sources.buffer_size", .size(65_536...Int64(Int32.max)), defaults: ["16MiB"], scope: .live,
        summary: "The kernel's ring for each interface")
    /// How long the kernel may hold frames back.
    public static let readTimeout = SettingKey(
        "sources.read_timeout", .milliseconds(1...1_000), defaults: ["10ms"], scope: .live,
        summary:
            "How long the kernel may hold frames back before it hands them over: alerts come that much later, and the sensor "
            + "wakes up that much less often")
    /// The operator's groups of clients.
    public static let groups = SettingKey(
        "sources.groups", .text,
        summary:
            "A file of the groups of clients, a block of addresses and its group a line: src.group in rules and events")
    /// The threads of a run.
    public static let threads = SettingKey(
        "sources.threads", .integer(1...64), defaults: ["1"],
        summary:
            "Threads for packets: one follows flows; from 2 on, files are read ahead by one more, and each interface by all "
            + "others, a ring each. Events are the same for any number")

    /// The capture filter.
    public static let captureFilter = SettingKey(
        "filters.capture", flag: "filter", .text, summary: "A filter in libpcap's language, as tcpdump takes it")
    /// Which ids around packets distinguish flows.
    public static let flowIDs = SettingKey(
        "filters.flow_ids", .words(["vlan", "tunnel"]),
        summary:
            "Ids that tell flows with the same ends apart: VLAN ids, or the innermost tunnel's; for networks that use addresses more than once and have the same ids both ways"
    )
    /// Which flows are written.
    public static let flows = EnumerationSetting<FlowSelection>(
        "filters.flows", values: FlowSelection.allCases, default: .ai,
        summary: "Which flows are written: those that concern an AI vendor or a rule, all, or none")
    /// Whether DNS questions are written.
    public static let questions = SettingKey(
        "filters.dns", .boolean, defaults: ["false"], summary: "Whether DNS questions are written")
    /// Whether what exceptions suppress is written.
    public static let suppressed = SettingKey(
        "filters.suppressed", .boolean, defaults: ["false"],
        summary: "Whether what exceptions of rules hold back is written, as alerts of the status suppressed")

    /// The directories of the catalog.
    public static let catalogDirectories = SettingKey(
        "catalog.directories", flag: "catalog", .texts,
        summary:
            "Directories of vendor files, later ones overriding earlier entries one by one; the catalog that ships unless set"
    )

    /// The directories of fingerprints.
    public static let fingerprintDirectories = SettingKey(
        "catalog.fingerprints", .texts,
        summary:
            "Directories of fingerprints of clients, later ones overriding earlier ones one by one; those that ship unless set"
    )

    /// The directory that catalog updates are installed into.
    public static let catalogStore = SettingKey(
        "catalog.store", flag: "catalog-store", .text,
        summary:
            "The directory that egret catalog update installs into: the catalog, the fingerprints and the lists of the bundle in use take the "
            + "place of those that ship, and the directories of the other two keys override them"
    )

    /// Rule files and directories.
    public static let rulePaths = SettingKey(
        "rules.paths", flag: "rules", .texts,
        summary: "Rule files, or directories of them; unless set the default policy, which bans no one")
    /// Whether no rules are evaluated.
    public static let rulesOff = SettingKey(
        "rules.disabled", flag: "no-rules", .boolean, defaults: ["false"],
        summary: "Whether no rules are evaluated at all")
    /// Whether a live run reads rules and catalog again when their files change.
    public static let reloadOnChange = SettingKey(
        "rules.reload_on_change", .boolean, defaults: ["true"], scope: .live,
        summary: "Whether rules and catalog are read again when their files change, not only on SIGHUP")
}
