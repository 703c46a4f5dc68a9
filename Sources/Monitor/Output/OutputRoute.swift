import Bytes
import Delivery
public import Events
import Foundation
import Rules

/// One open output: its writer, its events, and its format.
struct OutputRoute {
    /// The thread that writes, with its queue and counters.
    let writer: OutputWriter
    /// The place of its form among those in use.
    let form: Int
    /// The kinds of events that it gets; `nil` for all.
    let kinds: Set<Event.Kind>?

    /// Whether it gets `event`. What exceptions suppress is for those who read everything, and calls no one.
    func wants(_ event: Event) -> Bool {
        guard let kinds else { return true }
        if case .alert(let alert) = event, alert.status == .suppressed { return false }
        return kinds.contains(event.kind)
    }
}

extension OutputTarget {
    /// The kinds of events for it; `nil` for all.
    func kinds(_ settings: OutputSettings) -> Set<Event.Kind>? {
        switch destination {
        case .standardOutput, .directory, .file, .socket, .clickHouse: nil
        case .syslog: settings.syslogEvents
        case .webhook: settings.webhookEvents
        }
    }

    /// Opens it under the name `name`.
    func sink(
        _ name: String, _ settings: OutputSettings, header: FileHeader, isOffline: Bool, board: HeadBoard,
        patience: StopToken
    ) throws(SinkError) -> any Sink {
        switch destination {
        case .standardOutput:
            StandardOutputSink(name: name)
        case .directory(let path):
            try FileSink(
                name: name, directory: path, header: header,
                limits: isOffline ? settings.files.offline : settings.files,
                key: try Self.evidenceKey(settings.evidenceKeyFile), board: board, patience: patience)
        case .file(let path):
            try SingleFileSink(name: name, path: path)
        case .socket(let address):
            SocketSink(name: name, address: address, patience: patience)
        case .syslog(let address):
            SocketSink(name: name, address: address, framing: .syslog, patience: patience)
        case .clickHouse(let target):
            ClickHouseSink(
                name: name,
                client: try ClickHouseClient(
                    target, credentials: settings.clickHouseCredentials, authorities: settings.clickHouseAuthorities,
                    milliseconds: settings.clickHouseTimeout),
                interval: settings.clickHouseInterval, patience: patience)
        case .webhook(let url):
            try Self.webhook(name, url, settings: settings, stop: patience)
        }
    }

    /// The key that seals files; `nil` if none is set.
    static func evidenceKey(_ file: String?) throws(SinkError) -> EvidenceKey? {
        guard let file else { return nil }
        do throws(EvidenceError) {
            return try EvidenceKey(file: file)
        } catch { throw .system(error.description) }
    }

    private static func webhook(
        _ name: String, _ url: String, settings: OutputSettings, stop patience: StopToken
    ) throws(SinkError) -> WebhookSink {
        var headers = ["Content-Type: application/json", "User-Agent: egret"]
        if let path = settings.webhookHeaders {
            guard let text = FileManager.default.contents(atPath: path) else {
                throw .system("\(path) cannot be read")
            }
            headers += String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        }
        do throws(HTTPPost.PostError) {
            let post = try HTTPPost(
                url: url, headers: headers, authorities: settings.webhookAuthorities,
                milliseconds: settings.webhookTimeout)
            return WebhookSink(name: name, retry: settings.webhookRetry, patience: patience) { post.send($0) }
        } catch {
            switch error {
            case .noLibrary: throw .system("\(url): libcurl.so.4 is missing, which a webhook needs (package libcurl4)")
            case .badHeader: throw .system("\(settings.webhookHeaders ?? url): a line is no 'Name: value'")
            }
        }
    }
}

/// Options of all outputs of a run, and of each kind.
public struct OutputSettings: Sendable {
    /// The form of outputs that name none.
    public var format = FormatName.native
    /// What gives way in a live run where an output is slow; files wait in an offline run.
    public var policy = OverflowPolicy.dropOldest
    /// The most bytes that wait for one output of a live run.
    public var queueBytes = 16 << 20
    /// How large and how many files grow.
    public var files = FileLimits()
    /// The file of the key that signs files of events; `nil` if no evidence is kept.
    public var evidenceKeyFile: String?
    /// Outputs outside the machine that the heads of sealed files are written to; empty for none.
    public var anchors: [OutputTarget] = []
    /// Between two anchors, in nanoseconds.
    public var anchorInterval: Int64 = 300_000_000_000
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
    /// A file of the certificates that webhooks are trusted by; `nil` for those of the system.
    public var webhookAuthorities: String?
    /// A file with a line `USER:PASSWORD` for ClickHouse; `nil` for its default user without a password.
    public var clickHouseCredentials: String?
    /// A file of the certificates that ClickHouse is trusted by; `nil` for those of the system.
    public var clickHouseAuthorities: String?
    /// How long ClickHouse may take to answer, in milliseconds.
    public var clickHouseTimeout = 30_000
    /// Between two batches for ClickHouse that are not full, in nanoseconds.
    public var clickHouseInterval: Int64 = 1_000_000_000
    /// A file with the headers of requests to webhooks, one a line, such as `Authorization: Bearer …`; `nil` for none.
    public var webhookHeaders: String?

    /// The defaults.
    public init() {}
}

/// Schedules the anchoring of sealed logs outside the machine, and makes the text of each anchor.
struct AnchorWatch {
    private var logs: [(output: String, board: HeadBoard, last: LogHead?)] = []
    private var lastTime: Timestamp?
    private let interval: Int64
    private let key: String

    /// A watch that is due every `interval` nanoseconds, for logs sealed by the public key `key`.
    init(interval: Int64, key: String) {
        self.interval = interval
        self.key = key
    }

    /// Adds the log of the output called `name`, whose heads are told on `board`.
    mutating func add(_ name: String, _ board: HeadBoard) { logs.append((name, board, nil)) }

    /// The anchors that are due at `time`: the first at once, and none of a log that did not grow. `isLast` is for the end of a
    /// run, at which all are due.
    mutating func due(at time: Timestamp, isLast: Bool = false) -> [AnchorReport] {
        if !isLast, let lastTime, time.nanoseconds(since: lastTime).magnitude < interval.magnitude { return [] }
        var reports: [AnchorReport] = []
        for index in logs.indices {
            guard let head = logs[index].board.newest, head != logs[index].last else { continue }
            logs[index].last = head
            reports.append(AnchorReport(time: time, output: logs[index].output, head: head, key: key))
        }
        if !reports.isEmpty { lastTime = time }
        return reports
    }
}
