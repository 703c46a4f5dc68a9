import Bytes
public import Capture
public import Events

/// A run over capture files: every frame in the order of time, then the events that are still due.
public struct OfflineRun: ~Copyable {
    private var source: OfflineSource
    private var engine: Engine
    private let configuration: Configuration
    private var lastReport: Timestamp?
    private let unread: [CaptureError]
    private let skipped: [String]
    private let fileCount: Int
    /// The result of a run.
    public struct Outcome: Sendable {
        /// The last stats event.
        public var stats: StatsReport
        /// What a person should know about the files.
        public var warnings: [String]
        /// The run for a person.
        public var summary: RunSummary
        /// Why not everything could be written.
        public var failure: SinkError?
        /// How many events were given up.
        public var eventsLost: UInt64 = 0
        /// Why files of directories could not be read.
        public var unread: [CaptureError] = []
        /// The files of directories that are not captures.
        public var skipped: [String] = []
        /// What the configuration asked to keep.
        public var record: RunRecord
        /// Why first sightings could not be saved, with the path; `nil` if they were, or need not be.
        public var stateFailure: String?
    }

    /// Opens the files.
    ///
    /// - Throws: if a file cannot be read at all, or the filter is wrong.
    public init(_ configuration: Configuration, _ knowledge: ReferenceData) throws(CaptureError) {
        let files = try CaptureSet(
            paths: configuration.sources, filter: configuration.filter, isRecursive: configuration.isRecursive)
        (unread, skipped, fileCount) = (files.unread, files.skipped, files.paths.count)
        var configuration = configuration
        if configuration.derivesBoot {
            let identity = RunIdentity(configuration, knowledge, files: files.paths)
            let sensor = configuration.sensor
            configuration.sensor = SensorIdentity(id: sensor.id, version: sensor.version, boot: identity.boot)
        }
        self.configuration = configuration
        engine = Engine(configuration, knowledge, sources: configuration.sources.map(Self.lastComponent))
        if configuration.threads == 1 { engine.interfaceTable = files.interfaceTable }
        let limit = configuration.statsInterval == nil ? Self.batch : Self.timedBatch
        source = OfflineSource(
            files, readsAhead: configuration.threads > 1 ? configuration.tuning : nil, limit: limit,
            seed: engine.hashSeed)
    }

    /// Reads everything, or until `stop` is requested: flows, alerts and the inventory end in order in either case. `progress`
    /// is called now and then, at most once for some 100,000 frames.
    ///
    /// - Throws: never for what is wrong with a file past its header; that is in the warnings.
    public mutating func run(
        until stop: CaptureStop? = nil, progress: (CaptureProgress) -> Void
    ) throws(CaptureError) -> Outcome {
        while stop?.isRequested != true {
            let outcome = try source.read(into: &engine)
            engine.name(source.interfaces)
            guard outcome != .end else { break }
            reportInTime()
            progress(source.progress)
        }
        engine.finish(source.statistics)
        return end(stop?.isRequested == true ? .signal : .endOfInput)
    }

    /// Writes a stats event where the packets' time has gone on by the interval since the last.
    private mutating func reportInTime() {
        guard let interval = configuration.statsInterval, let last = lastReport ?? engine.start,
            engine.clock.nanoseconds(since: last) >= interval
        else { return }
        engine.reporter.write(.stats(report(at: engine.clock)))
        lastReport = engine.clock
    }

    private func report(at time: Timestamp) -> StatsReport {
        var report = engine.report(
            at: time, interval: time.nanoseconds(since: lastReport ?? engine.start ?? time),
            statistics: source.statistics,
            source: configuration.sources.map(Self.lastComponent).joined(separator: ","), isLive: false)
        var watch = HealthWatch()
        _ = watch.update(report, at: time)
        report.healthReasons = Self.reasons.filter(watch.reasons.contains)
        return report
    }

    private mutating func end(_ reason: StopReport.Reason) -> Outcome {
        let time = max(engine.clock, Timestamp(nanoseconds: 0))
        engine.reporter.begin(at: time)
        let stateFailure = engine.reporter.finishFirstSeen()
        let report = report(at: time)
        let notices = coverageNotices(report, at: time)
        for notice in notices { engine.reporter.write(.health(notice)) }
        engine.reporter.write(.stats(report))
        engine.reporter.end(reason, detail: nil, at: time, packets: report.capture.packets)
        var record = engine.reporter.record
        record.broadExceptions = report.rules.broadExceptions
        var summary = engine.reporter.summary
        summary.scope = RunScope(
            first: engine.start, last: engine.start.map { max($0, engine.clock) }, files: fileCount)
        return Outcome(
            stats: report,
            warnings: engine.reporter.notes + source.warnings + report.coverageWarnings
                + Self.warning(report.firstSeen),
            summary: summary,
            failure: engine.reporter.outputFailure, eventsLost: engine.reporter.eventsLost, unread: unread,
            skipped: skipped, record: record, stateFailure: stateFailure)
    }

    /// What a person should know of first sightings that were forgotten.
    private static func warning(_ report: FirstSeenReport?) -> [String] {
        guard let evicted = report?.evicted, evicted > 0 else { return [] }
        return [
            "\(evicted) first sightings were forgotten for lack of room (limits.first_seen_entries); each is new again when it comes back"
        ]
    }

    /// What can be wrong with a run over files, in the order of `health.reasons`: what a live sensor loses on the way has no
    /// counterpart in a file.
    private static var reasons: [HealthReason] {
        [.outputFailed, .captureLoss, .filesUnread, .unsupportedLink, .unreadTunnel]
    }

    /// A health event for each reason why packets that were read from the files could not be judged.
    private func coverageNotices(_ report: StatsReport, at time: Timestamp) -> [NoticeReport] {
        let codes = [HealthReason.unsupportedLink, .unreadTunnel].map(\.code)
        var watch = HealthWatch()
        return watch.update(report, at: time).filter { codes.contains($0.code ?? "") }
    }

    /// The frames between two looks at anything else.
    private static var batch: Int { 65_536 }
    /// The same where stats events are to be written in time.
    private static var timedBatch: Int { 64 }

    /// A path without its directories: what an event may say of a file, the same wherever the file is.
    static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

extension OfflineRun {
    /// Reads what `configuration` names, writes nothing, and returns what is to be kept, with what a person should know
    /// about the files and which of them could not be read. Bounded as `RunRecord` is.
    ///
    /// - Throws: if a file cannot be read at all, or the filter is wrong.
    public static func record(
        _ contents: RunRecord.Contents, configuration: Configuration, referenceData knowledge: ReferenceData,
        progress: (CaptureProgress) -> Void = { _ in }
    ) throws(CaptureError) -> (record: RunRecord, warnings: [String], unread: [CaptureError]) {
        var configuration = configuration
        configuration.outputs = []
        configuration.recorded = contents
        var run = try OfflineRun(configuration, knowledge)
        let outcome = try run.run(progress: progress)
        return (outcome.record, outcome.warnings, outcome.unread)
    }
}
