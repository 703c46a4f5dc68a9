public import Events

/// What the outputs of a run have in common, and what those of one kind have.
public struct OutputSettings: Sendable {
    /// The form of outputs that name none.
    public var format = FormatName.native
    /// What gives way in a live run where an output is slow; files wait in an offline run.
    public var policy = OverflowPolicy.dropOldest
    /// The most bytes that wait for one output of a live run.
    public var queueBytes = 16 << 20
    /// How large and how many files grow.
    public var files = FileLimits()
    /// The file of the key that vouches for files of events; nothing where no evidence is kept.
    public var evidenceKeyFile: String?
    /// Whom syslog messages come from.
    public var syslogFacility = SyslogFormat.Facility.local0
    /// What is sent to syslog.
    public var syslogEvents: Set<Event.Kind> = [.alert]
    /// What is posted to webhooks.
    public var webhookEvents: Set<Event.Kind> = [.alert]
    /// How long a webhook may take to answer, in milliseconds.
    public var webhookTimeout = 10_000
    /// How often a webhook is tried.
    public var webhookRetry = WebhookSink.standardRetry
    /// A file of the certificates that webhooks are trusted by; nothing for those of the system.
    public var webhookAuthorities: String?
    /// A file with the headers of requests to webhooks, one a line, such as `Authorization: Bearer …`; nothing for none.
    public var webhookHeaders: String?

    /// The defaults.
    public init() {}
}
