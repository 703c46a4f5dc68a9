import Bytes
import Events
import Rules

/// Numbers events, encodes them, and passes the lines to the writing threads: one for each output, each with its own queue.
///
/// A line is encoded once for each format in use, however many outputs take it.
struct EventOutput: ~Copyable {
    /// A form in use: a format, for syslog or not.
    private struct Form: Equatable {
        var format: FormatName
        var isSyslog: Bool
    }

    /// What an output goes by.
    struct Options {
        /// The sensor, its version and its run.
        var sensor: SensorIdentity
        /// The number of the first event.
        var firstEvent: UInt64
        /// Where lines go.
        var targets: [OutputTarget]
        /// What the outputs have in common, and what those of one kind have.
        var settings: OutputSettings
        /// What of an event is hidden.
        var privacy: PrivacyProfile
        /// The file of the keys of pseudonyms.
        var privacyKeyFile: String?
        /// What the live page is fed with; `nil` for none.
        var feed: LiveFeed?
    }

    private let options: Options
    private var start: StartReport
    private var forms: [Form] = []
    private var encoders: [EventEncoder] = []
    private var routes: [OutputRoute] = []
    private var pseudonymizer: Pseudonymizer?
    private var hasBegun = false
    private var cuts: [TruncatedLogFile] = []
    private var notices: [SinkNotice] = []
    private var anchors: AnchorWatch?
    /// Why not everything can be written, where an output could not be opened or was left behind at the end.
    private var failure: SinkError?

    /// An output that will begin with `start`, at the time of the first packet.
    init(_ options: Options, start: StartReport) {
        self.options = options
        self.start = start
    }

    private var targets: [OutputTarget] { options.targets }
    private var settings: OutputSettings { options.settings }
    private var feed: LiveFeed? { options.feed }

    /// Opens every output and writes the `start` event.
    mutating func begin(at time: Timestamp) {
        guard !hasBegun else { return }
        hasBegun = true
        start.time = time
        let names = names
        if start.mode == .live { start.outputs = names }
        do throws(SinkError) {
            pseudonymizer = try makePseudonymizer()
            anchors = try makeAnchors()
            for (target, name) in zip(targets, names) { try open(target, name, kinds: target.kinds(settings)) }
            for (target, name) in zip(anchorTargets, names.dropFirst(targets.count)) {
                try open(target, name, kinds: [.anchor])
            }
        } catch {
            failure = error
        }
        write(.start(start))
        for cut in cuts {
            let detail =
                "\(cut.name) of an earlier run ends in \(cut.bytes) bytes of a line that was never finished; "
                + "that event is lost, and none beside it"
            write(.audit(NoticeReport(time: time, kind: "file_cut", detail: detail)))
        }
        for notice in notices {
            let report = NoticeReport(time: time, kind: notice.kind.rawValue, detail: notice.detail)
            write(notice.kind.isFault ? .health(report) : .audit(report))
        }
    }

    /// The outputs that anchors alone go to. Files of a run over captures are verified if they are.
    private var anchorTargets: [OutputTarget] { start.mode == .live ? settings.anchors : [] }

    private func makeAnchors() throws(SinkError) -> AnchorWatch? {
        guard !anchorTargets.isEmpty else { return nil }
        guard let key = try OutputTarget.evidenceKey(settings.evidenceKeyFile) else {
            throw .system("evidence.anchor needs evidence.key: without a key there is no chain to anchor")
        }
        return AnchorWatch(interval: settings.anchorInterval, key: key.publicHexadecimal)
    }

    /// Writes the heads of sealed logs if they are due.
    mutating func anchor(at time: Timestamp, isLast: Bool = false) {
        for report in anchors?.due(at: time, isLast: isLast) ?? [] { write(.anchor(report)) }
    }

    /// The names of the outputs: `file`, and `file-2` for another.
    private var names: [String] {
        var counts: [String: Int] = [:]
        return (targets + anchorTargets).map { target in
            let count = (counts[target.name] ?? 0) + 1
            counts[target.name] = count
            return count == 1 ? target.name : "\(target.name)-\(count)"
        }
    }

    private func makePseudonymizer() throws(SinkError) -> Pseudonymizer? {
        if options.privacy.isClear { return nil }
        if let pseudonymizer = Pseudonymizer(options.privacy) { return pseudonymizer }
        guard let file = options.privacyKeyFile else {
            throw .system("privacy.key is missing: what is to be hidden takes a key (egret key privacy makes one)")
        }
        do throws(EvidenceError) {
            return Pseudonymizer(options.privacy, keys: try PrivacyKeys(file: file))
        } catch { throw .system(error.description) }
    }

    private mutating func open(
        _ target: OutputTarget, _ name: String, kinds: Set<Event.Kind>?
    ) throws(SinkError) {
        let form = form(of: target)
        let header = FileHeader(
            sensor: options.sensor, report: start, sequence: options.firstEvent, format: format(of: forms[form]))
        let patience = StopToken()
        let board = HeadBoard()
        let sink = try target.sink(
            name, settings, header: header, isOffline: start.mode == .offline, board: board, patience: patience)
        if let file = sink as? FileSink {
            if let cut = file.cut { cuts.append(cut) }
            notices += file.notices
            anchors?.add(name, board)
        }
        // Files wait for their output, so that a queue that would bridge a stall is memory spent for nothing.
        let queue =
            start.mode == .offline
            ? OutputQueue(capacity: Self.offlineCapacity, policy: .block)
            : OutputQueue(capacity: settings.queueBytes, policy: settings.policy)
        let writer = OutputWriter(sink: sink, queue: queue, patience: patience)
        routes.append(OutputRoute(writer: writer, form: form, kinds: kinds))
    }

    /// The place of the target's form, which is added if it is the first of it.
    private mutating func form(of target: OutputTarget) -> Int {
        var isSyslog = false
        if case .syslog = target.destination { isSyslog = true }
        let form = Form(format: target.format ?? settings.format, isSyslog: isSyslog)
        if let index = forms.firstIndex(of: form) { return index }
        forms.append(form)
        encoders.append(
            EventEncoder(sensor: options.sensor, format: format(of: form), firstSequence: options.firstEvent))
        return forms.count - 1
    }

    private func format(of form: Form) -> any EventFormat {
        let format = form.format.format
        return form.isSyslog ? SyslogFormat(format, facility: settings.syslogFacility) : format
    }

    /// Writes an event; dropped and counted where an output cannot take it.
    mutating func write(_ event: Event) {
        let shown = pseudonymizer?.hide(event) ?? event
        deliver(shown)
        feed?.take(shown)
    }

    /// Whether flows are shown as soon as they are named, ahead of their first report.
    var isWatched: Bool { feed != nil }

    /// Shows a flow that was just named; no event is written.
    mutating func show(_ observation: Observation) {
        guard let feed else { return }
        let event = Event.flow(observation)
        guard case .flow(let shown) = pseudonymizer?.hide(event) ?? event else { return }
        feed.append(LiveFlow(shown, isReport: false))
    }

    /// Makes the lines of an event that may be written as it is, and passes them over.
    private mutating func deliver(_ event: Event) {
        for form in encoders.indices {
            guard routes.contains(where: { $0.form == form && $0.wants(event) }) else {
                encoders[form].skip()
                continue
            }
            encoders[form].encode(event)
            for route in routes where route.form == form && route.wants(event) {
                route.writer.queue.append(encoders[form].line, priority: event.priority, time: event.time)
            }
        }
    }

    /// Has the files opened again, as after someone has moved them.
    func reopen() {
        for route in routes { route.writer.queue.requestReopen() }
    }

    /// The number of the next event.
    var nextEvent: UInt64 { encoders.first?.nextSequence ?? options.firstEvent }

    /// The outputs' counters.
    var report: [OutputReport] { routes.map { $0.writer.report(withLag: start.mode == .live) } }

    /// How many events all outputs together gave up.
    var lost: UInt64 { routes.reduce(0) { $0 &+ $1.writer.queue.counters.dropped } }

    /// The failure of an output, as it was opened or since; of several the first that is not the reader's going away.
    var currentFailure: SinkError? {
        let failures = [failure].compactMap(\.self) + routes.compactMap { $0.writer.queue.counters.failure }
        return failures.first { $0 != .closed } ?? failures.first
    }

    /// Writes the `stop` event and waits until all is written; in a live run no longer than a few seconds.
    mutating func end(_ reason: StopReport.Reason, detail: String?, at time: Timestamp, packets: UInt64) {
        anchor(at: time, isLast: true)
        let events = nextEvent - options.firstEvent
        write(.stop(StopReport(time: time, reason: reason, detail: detail, packets: packets, events: events)))
        guard start.mode == .live else {
            for route in routes {
                route.writer.stop()
                let counters = route.writer.queue.counters
                // A far end that was away for a while and came back leaves no failure, but what it missed is missing.
                guard counters.dropped > 0, counters.failure == nil else { continue }
                failure = failure ?? .system("\(route.writer.name) did not get \(counters.dropped) events")
            }
            return
        }
        for route in routes { route.writer.cancelWaits() }
        for route in routes where !route.writer.stop(within: Self.patience) {
            let count = route.writer.queue.counters.pending
            failure = failure ?? .system("\(route.writer.name) does not take its last \(count) events, which are lost")
        }
    }

    private static var offlineCapacity: Int { 1 << 20 }
    /// How long a live run waits at its end for an output, in nanoseconds.
    private static var patience: Int64 { 5_000_000_000 }
}
