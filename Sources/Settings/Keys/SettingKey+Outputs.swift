public import Events

extension SettingKey {
    static let outputs =
        [outputTargets, outputFormat.key, statsInterval, inventory, outputOverflow.key, outputQueue] + fileOutputs
        + messageOutputs + clickHouseOutputs
    private static let fileOutputs = [
        fileSize, fileAge, fileCount, fileTotal, fileAgeTotal, fileReserve, fileCompression.key,
    ]
    private static let messageOutputs = [
        syslogFacility.key, syslogEvents, webhookEvents, webhookTimeout, webhookAttempts, webhookAuthorities,
        webhookHeaders,
    ]

    private static let clickHouseOutputs = [
        clickHouseCredentials, clickHouseAuthorities, clickHouseTimeout, clickHouseInterval,
    ]

    /// Where events go.
    public static let outputTargets = SettingKey(
        "outputs.to", flag: "output",
        .custom("outputs") { text in
            do throws(OutputTarget.ParseError) {
                _ = try OutputTarget(text)
                return nil
            } catch {
                return error.message
            }
        }, defaults: ["-"],
        summary: """
            Where events go: - for standard output, a directory, a file that ends in .jsonl, .ndjson or .json, unix:PATH, \
            unixgram:PATH, syslog+unixgram:PATH, syslog+unix:PATH, syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, clickhouse+https://HOST:PORT/DATABASE, http://… and https://…; each may have its own form, as in ecs=PATH
            """)
    /// The form of events.
    public static let outputFormat = EnumerationSetting<FormatName>(
        "outputs.format", values: FormatName.allCases, default: .native,
        summary: "The form of events, for outputs that have none of their own")
    /// Between two `stats` events.
    public static let statsInterval = SettingKey(
        "outputs.stats_interval", .duration(seconds: 0...999_999),
        summary:
            "Between two stats events, of packet time in analyze; 0 for one at the end. 60s in watch and 0 in analyze unless set"
    )
    /// The days of the inventory.
    public static let inventory = SettingKey(
        "outputs.inventory", .zone, defaults: ["UTC"],
        summary: "The time zone of the days by which it is written who used what; none for no inventory")
    /// What gives way where an output is slow.
    public static let outputOverflow = EnumerationSetting<OverflowPolicy>(
        "outputs.on_full", values: [.dropOldest, .dropNewest], default: .dropOldest, scope: .live,
        summary: "What gives way where an output is too slow: flows before alerts, the oldest or the newest first")
    /// What waits for one output.
    public static let outputQueue = SettingKey(
        "outputs.queue_size", .size(1 << 18...1 << 30), defaults: ["16MiB"], scope: .live,
        summary: "The most bytes of events that wait for one output")

    /// When a file is full.
    public static let fileSize = SettingKey(
        "outputs.file_size", .size(1 << 16...1 << 40), defaults: ["64MiB"],
        summary: "The size at which a file is ended and another begun")
    /// When a file is old enough.
    public static let fileAge = SettingKey(
        "outputs.file_age", .duration(seconds: 0...9_999_999), defaults: ["1h"],
        summary: "The age at which a file is ended and another begun; 0 for none. Files of analyze end by size alone")
    /// How many files.
    public static let fileCount = SettingKey(
        "outputs.file_count", .integer(2...1_000_000), defaults: ["10000"],
        summary:
            "The most files of one output; the oldest are removed. A restart begins a file, so a low number keeps little. Not for analyze"
    )
    /// How many bytes of files.
    public static let fileTotal = SettingKey(
        "outputs.file_total_size", .size(1 << 17...1 << 50), defaults: ["4GiB"],
        summary: "The most bytes of all files of one output; the oldest are removed. Files of analyze are never removed"
    )
    /// How long files are kept.
    public static let fileAgeTotal = SettingKey(
        "outputs.file_age_total", .duration(seconds: 0...999_999_999), defaults: ["0"],
        summary:
            "How long a file is kept after it was last written to, as 90d; 0 for as long as there is room for it. Not for analyze"
    )
    /// The room for alerts.
    public static let fileReserve = SettingKey(
        "outputs.file_reserve", .size(0...1 << 40), defaults: ["16MiB"],
        summary: "The free space of the disk below which flows are no longer written, so that there is room for alerts")

    /// What happens to files that are ended.
    public static let fileCompression = EnumerationSetting<FileCompression>(
        "outputs.file_compression", values: FileCompression.allCases, default: .none,
        summary:
            "What happens to files that are ended: nothing, or they are packed as Zstandard, which a reader that follows files must be "
            + "done with by then")

    /// Whom syslog messages come from.
    public static let syslogFacility = EnumerationSetting<SyslogFormat.Facility>(
        "outputs.syslog_facility", values: SyslogFormat.Facility.allCases, default: .local0,
        summary: "The facility of syslog messages")
    /// What goes to syslog.
    public static let syslogEvents = SettingKey(
        "outputs.syslog_events", .words(Event.Kind.allCases.map(\.rawValue)), defaults: ["alert"],
        summary: "The types of events that go to syslog")
    /// What goes to webhooks.
    public static let webhookEvents = SettingKey(
        "outputs.webhook_events", .words(Event.Kind.allCases.map(\.rawValue)), defaults: ["alert"],
        summary: "The types of events that are posted to webhooks")
    /// How long a webhook may take.
    public static let webhookTimeout = SettingKey(
        "outputs.webhook_timeout", .duration(seconds: 1...300), defaults: ["10s"],
        summary: "How long a webhook may take to answer")
    /// How often a webhook is tried.
    public static let webhookAttempts = SettingKey(
        "outputs.webhook_attempts", .integer(1...100), defaults: ["8"],
        summary: "How often an event is posted before it is given up: after 1, 2, 4 seconds and so on, at most 60 apart"
    )
    /// Whom webhooks are trusted by.
    public static let webhookAuthorities = SettingKey(
        "outputs.webhook_authorities", .text,
        summary: "A file of certificates (PEM) by which HTTPS webhooks are trusted; those of the system unless set")
    /// The headers of requests to webhooks.
    public static let webhookHeaders = SettingKey(
        "outputs.webhook_headers", .text,
        summary:
            "A file with more headers for webhooks, one a line, as Authorization: Bearer and a token; only its path is here"
    )
}

extension SettingKey {
    /// Who inserts into ClickHouse.
    public static let clickHouseCredentials = SettingKey(
        "outputs.clickhouse_credentials", .text,
        summary: "A file with a line USER:PASSWORD for ClickHouse, mode 0600; only its path is here")
    /// Whom ClickHouse is trusted by.
    public static let clickHouseAuthorities = SettingKey(
        "outputs.clickhouse_authorities", .text,
        summary: "A file of certificates (PEM) by which ClickHouse is trusted; those of the system unless set")
    /// How long ClickHouse may take.
    public static let clickHouseTimeout = SettingKey(
        "outputs.clickhouse_timeout", .duration(seconds: 1...300), defaults: ["30s"],
        summary: "How long ClickHouse may take to answer")
    /// Between two inserts.
    public static let clickHouseInterval = SettingKey(
        "outputs.clickhouse_interval", .duration(seconds: 0...60), defaults: ["1s"],
        summary: "Between two inserts into ClickHouse that are not full: 4 MiB of lines are")
}

extension SettingKey {
    /// The keys by which a live run ends and removes files, which an offline run never does: its time is that of its packets.
    public static let retention = [fileAge, fileCount, fileTotal, fileAgeTotal]
}

extension SettingKey {
    static let evidence = [evidenceKey, evidenceAnchor, anchorInterval]

    /// What seals the files of an output.
    public static let evidenceKey = SettingKey(
        "evidence.key", flag: "evidence-key", .text,
        summary: "The file of a key that seals the files of outputs.to, for egret verify")
    /// Where heads are kept outside the machine.
    public static let evidenceAnchor = SettingKey(
        "evidence.anchor", flag: "evidence-anchor",
        .custom("outputs") { text in
            do throws(OutputTarget.ParseError) {
                switch try OutputTarget(text).destination {
                case .directory, .file, .standardOutput:
                    return "'\(text)' is not outside the machine; an anchor goes to syslog, a webhook or a socket"
                case .socket, .syslog, .webhook, .clickHouse: return nil
                }
            } catch { return error.message }
        }, scope: .live,
        summary: """
            Outputs outside the machine to which the head of the sealed files is written again and again, as anchor events, so that \
            egret verify --anchors finds a log that was rolled back: syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, https://… and \
            the others of outputs.to
            """)
    /// Between two anchors.
    public static let anchorInterval = SettingKey(
        "evidence.anchor_interval", .duration(seconds: 1...86_400), defaults: ["5m"], scope: .live,
        summary: "Between two anchor events; none is written while the log does not grow")
}

extension SettingKey {
    static let privacy = [
        privacyKey, privacySources.key, privacyDestinations.key, privacyOtherNames.key, privacyPaths.key,
    ]

    /// The keys of pseudonyms.
    public static let privacyKey = SettingKey(
        "privacy.key", flag: "privacy-key", .text,
        summary:
            "The file of the keys that pseudonyms are made with; egret key privacy makes one, egret resolve goes back")
    /// Clients' addresses.
    public static let privacySources = EnumerationSetting<PrivacyProfile.Treatment>(
        "privacy.sources", flag: "privacy-sources", values: [.clear, .pseudonym, .group, .drop], default: .clear,
        summary:
            "How the addresses of clients are written: as they are, as pseudonyms, only as the group that they are of, or not"
    )
    /// Servers' addresses.
    public static let privacyDestinations = EnumerationSetting<PrivacyProfile.Treatment>(
        "privacy.destinations", flag: "privacy-destinations", values: [.clear, .pseudonym, .drop], default: .clear,
        summary: "How the addresses of servers and resolvers are written")
    /// Names of what concerns no vendor.
    public static let privacyOtherNames = EnumerationSetting<PrivacyProfile.Treatment>(
        "privacy.other_names", flag: "privacy-other-names", values: [.clear, .pseudonym, .drop], default: .clear,
        summary:
            "How the names of flows and questions that concern no AI vendor are written, where these are written at all"
    )
    /// Paths of requests in cleartext.
    public static let privacyPaths = EnumerationSetting<PrivacyProfile.Treatment>(
        "privacy.http_paths", flag: "privacy-http-paths", values: [.clear, .drop], default: .clear,
        summary: "Whether the method and the path of requests in the clear are written")
}
