public import Bytes
public import Capture
public import Events

/// A run over live interfaces, until it is told to stop.
public struct LiveRun: ~Copyable {
    private let inputs: [LiveInput]
    private var engine: Engine
    private let configuration: Configuration
    private var lastReport: Timestamp
    private var lastLook: Timestamp
    private var health: HealthWatch
    private var reload: Reload
    private let requests: LiveRequests
    private let tell: (LiveMoment) -> Void

    /// What came of a run.
    public typealias Outcome = OfflineRun.Outcome

    /// Opens every interface; `begin` opens the output. Between the two, rights may be given up.
    ///
    /// `stop` ends the run and `requests` ask for more, from any thread; `now` is the moment of the start; `tell` hears of the
    /// run's moments.
    ///
    /// - Throws: what is missing where an interface cannot be opened.
    public init(
        _ configuration: Configuration, _ knowledge: Knowledge, stop: CaptureStop,
        requests: LiveRequests = LiveRequests(), at now: Timestamp, tell: @escaping (LiveMoment) -> Void = { _ in }
    ) throws(CaptureError) {
        self.configuration = configuration
        lastReport = now
        lastLook = now
        self.reload = Reload(configuration, stamp: knowledge.stamp, at: now)
        self.requests = requests
        self.tell = tell
        health = HealthWatch()
        var inputs: [LiveInput] = []
        for name in configuration.sources {
            var options = LiveCapture.Options(interface: name)
            options.snapshotLength = configuration.snapshotLength
            options.bufferSize = configuration.bufferSize
            options.isPromiscuous = configuration.isPromiscuous
            options.filter = configuration.filter
            // One interface that is silent must not keep the others waiting long.
            options.timeoutMilliseconds = configuration.sources.count > 1 ? 10 : 100
            inputs.append(LiveInput(name, try LiveCapture(options, stop: stop)))
        }
        self.inputs = inputs
        engine = Engine(configuration, knowledge, sources: configuration.sources)
        engine.name(inputs.flatMap { $0.capture.interfaces })
    }

    /// Opens the output, and starts the threads that write, before the first packet. To be called once, before `run`.
    ///
    /// - Throws: why nothing can be written.
    public mutating func begin(at now: Timestamp) throws(SinkFailure) {
        engine.reporter.begin(at: now)
        if let failure = engine.reporter.outputFailure { throw failure }
        tell(.ready)
    }

    /// What libpcap warned of, for a person.
    public var warnings: [String] { inputs.flatMap { $0.capture.warnings } }

    /// Captures until the stop is requested. `now` tells the time; it is asked after each batch, never for a packet.
    ///
    /// An interface that goes down or away is waited for.
    ///
    /// - Throws: where an interface fails although it is there; the events so far are written all the same.
    public mutating func run(now: () -> Timestamp) throws(CaptureError) -> Outcome {
        do throws(CaptureError) {
            while try readOnce(now) {}
            try drain(now)
        } catch {
            _ = end(.failure, detail: error.description, at: now())
            throw error
        }
        return end(.signal, detail: nil, at: now())
    }

    /// Takes what there is on every interface; false after a stop.
    private mutating func readOnce(_ now: () -> Timestamp) throws(CaptureError) -> Bool {
        for index in inputs.indices {
            // Frames of one handle know it as their only interface; which one of all it is, the engine has to be told.
            engine.interfaceOffset = UInt16(clamping: index)
            if try inputs[index].read(into: &engine, limit: Self.batch) == .end { return false }
        }
        let time = now()
        // Packets that wait in the ring are older than now; a flow must not end before they were looked at.
        engine.turn(to: time.advanced(byNanoseconds: -Self.grace))
        tend(at: time)
        // The clock may be set back, which must not put this off.
        if time.nanoseconds(since: lastLook).magnitude >= 1_000_000_000 {
            lastLook = time
            for input in inputs { input.look() }
            watchHealth(at: time)
        }
        let isDue = configuration.statsInterval.map { time.nanoseconds(since: lastReport) >= $0 } ?? false
        if requests.takeStats() || isDue {
            engine.noteCoverage(statistics)
            engine.reporter.write(.stats(report(at: time)))
            lastReport = time
        }
        return true
    }

    /// Takes what waited in the rings when the stop was requested: until a frame is newer than that, or none has come for
    /// as long as the kernel may hold one back, and no longer than `drainLimit` in all.
    private mutating func drain(_ now: () -> Timestamp) throws(CaptureError) {
        tell(.stopping)
        let stop = now()
        for index in inputs.indices {
            engine.interfaceOffset = UInt16(clamping: index)
            var idle = 0
            // The clock may be set back, which must not make this longer.
            while idle < Self.idleReads, inputs[index].capture.newest < stop,
                now().nanoseconds(since: stop).magnitude < Self.drainLimit
            {
                let outcome = try inputs[index].drain(into: &engine, limit: Self.batch)
                idle = outcome == .idle ? idle + 1 : 0
            }
        }
    }

    /// Answers a request for a reload, and takes over what one brought.
    private mutating func tend(at time: Timestamp) {
        if requests.takeReload() {
            tell(.reloading)
            reload.request()
            engine.reporter.reopenOutput()
        }
        if let outcome = reload.turn(at: time) {
            engine.reporter.take(outcome, at: time)
            if outcome.isRequested { tell(.ready) }
        }
    }

    /// Says what began to be wrong and what no longer is.
    private mutating func watchHealth(at time: Timestamp) {
        let report = report(at: time)
        let notices = health.update(report, at: time)
        engine.reporter.isDegraded = !health.reasons.isEmpty
        engine.reporter.isLosing = health.isLosing
        for notice in notices { engine.reporter.write(.health(notice)) }
        tell(.second(report, nextEvent: engine.reporter.nextEvent, episodes: health.counts))
    }

    /// What all interfaces together read and lost.
    private var statistics: CaptureStatistics {
        var statistics = CaptureStatistics()
        for input in inputs { statistics.add(input.capture.statistics) }
        return statistics
    }

    private func report(at time: Timestamp) -> StatsReport {
        var report = engine.report(
            at: time, interval: time.nanoseconds(since: lastReport), statistics: statistics,
            source: configuration.sources.joined(separator: ","), isLive: true)
        report.capture.interfacesDown = inputs.filter { !$0.isUp }.map(\.name)
        report.healthReasons = health.reasons.map(\.rawValue)
        report.process = ProcessReport.current()
        return report
    }

    private mutating func end(_ reason: StopReport.Reason, detail: String?, at time: Timestamp) -> Outcome {
        engine.finish(statistics)
        let report = report(at: time)
        for notice in health.finish(report, at: time) { engine.reporter.write(.health(notice)) }
        engine.reporter.write(.stats(report))
        engine.reporter.end(reason, detail: detail, at: time, packets: report.capture.packets)
        tell(.stopped(nextEvent: engine.reporter.nextEvent))
        return Outcome(
            stats: report, warnings: warnings, summary: engine.reporter.summary,
            failure: engine.reporter.outputFailure, record: engine.reporter.record)
    }

    /// The frames taken of one interface before the next has its turn.
    private static var batch: Int { 4_096 }
    /// How many time-outs must pass without a frame until a ring is empty: the kernel looks at its block once in each, and
    /// hands over what it has held for one.
    private static var idleReads: Int { 3 }
    /// The longest that a stop waits for rings to be empty, in nanoseconds.
    private static var drainLimit: UInt64 { 5_000_000_000 }
    /// How far the clock may be ahead of packets still in the ring, in nanoseconds.
    private static var grace: Int64 { 1_000_000_000 }
}
