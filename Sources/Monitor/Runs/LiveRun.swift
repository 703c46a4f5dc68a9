public import Bytes
public import Capture
public import Events
import Host
import Synchronization

/// A run over live interfaces, until a stop is requested.
public struct LiveRun: ~Copyable {
    private var source: LiveSource
    private var engine: Engine
    private let configuration: Configuration
    private var lastReport: Timestamp
    private var lastLook: Timestamp
    private var health: HealthWatch
    private var reload: Reload
    private let requests: LiveRequests
    private let onEvent: (SensorLifecycleEvent) -> Void

    /// The result of a run.
    public typealias Outcome = OfflineRun.Outcome

    /// Opens every interface; `begin` opens the output. Between the two, rights may be given up.
    ///
    /// `stop` ends the run and `requests` ask for more, from any thread; `now` is the moment of the start; `tell` hears of the
    /// run's moments.
    ///
    /// - Throws: what is missing where an interface cannot be opened.
    public init(
        _ configuration: Configuration, _ knowledge: ReferenceData, stop: CaptureStop,
        requests: LiveRequests = LiveRequests(), at now: Timestamp,
        onEvent: @escaping (SensorLifecycleEvent) -> Void = { _ in }
    ) throws(CaptureError) {
        self.configuration = configuration
        lastReport = now
        lastLook = now
        self.reload = Reload(configuration, stamp: knowledge.stamp, at: now, watch: FileWatch())
        self.requests = requests
        self.onEvent = onEvent
        health = HealthWatch()
        engine = Engine(configuration, knowledge, sources: configuration.sources)
        source = try LiveSource(configuration.captureOptions, stop: stop, seed: engine.hashSeed)
        engine.name(source.interfaces)
    }

    /// Opens the output, and starts the threads that write, before the first packet. To be called once, before `run`.
    ///
    /// - Throws: why nothing can be written.
    public mutating func begin(at now: Timestamp) throws(SinkError) {
        engine.reporter.begin(at: now)
        if let failure = engine.reporter.outputFailure { throw failure }
        for note in engine.reporter.notes { onEvent(.note(note)) }
        onEvent(.ready)
    }

    /// The packet sockets of the run: see `Configuration.harden`.
    public var packetSockets: [Int32] { source.descriptors }

    /// What libpcap warned of, for a person.
    public var warnings: [String] { source.warnings }

    /// Captures until the stop is requested. `now` tells the time; it is asked after each batch, never for a packet.
    ///
    /// An interface that goes down or away is waited for.
    ///
    /// - Throws: if an interface fails although it is there; the events so far are written all the same.
    public mutating func run(now: () -> Timestamp) throws(CaptureError) -> Outcome {
        do throws(CaptureError) {
            while try readOnce(now) {}
            onEvent(.stopping)
            try source.drain(into: &engine, now)
        } catch {
            _ = end(.failure, detail: error.description, at: now())
            throw error
        }
        return end(.signal, detail: nil, at: now())
    }

    /// Takes what there is on every interface; false after a stop.
    private mutating func readOnce(_ now: () -> Timestamp) throws(CaptureError) -> Bool {
        guard try source.read(into: &engine, now) else { return false }
        let time = now()
        // Packets that wait in the ring are older than now; a flow must not end before they were looked at.
        engine.turn(to: time.advanced(byNanoseconds: -Self.grace))
        tend(at: time)
        // The clock may be set back, which must not put this off.
        if time.nanoseconds(since: lastLook).magnitude >= 1_000_000_000 {
            lastLook = time
            source.look()
            watchHealth(at: time)
            engine.reporter.anchorOutput(at: time)
            engine.reporter.tendFirstSeen(at: time)
        }
        let isDue = configuration.statsInterval.map { time.nanoseconds(since: lastReport) >= $0 } ?? false
        if requests.takeStats() || isDue {
            engine.noteCoverage(source.statistics)
            engine.reporter.write(.stats(report(at: time)))
            lastReport = time
        }
        return true
    }

    /// Answers a request for a reload, and adopts what one brought.
    private mutating func tend(at time: Timestamp) {
        if requests.takeReload() {
            onEvent(.reloading)
            reload.request()
            engine.reporter.reopenOutput()
        }
        if let outcome = reload.turn(at: time) {
            // Once an episode: the next attempt fails for the same reason as a rule.
            if case .failure(let failure) = outcome.result, engine.reporter.isLastReloadGood {
                onEvent(.note("\(HealthReason.reloadFailed.code): reload failed began: \(failure.firstLine)"))
            }
            engine.take(outcome, at: time)
            if outcome.isRequested { onEvent(.ready) }
        }
        if let reason = reload.takeReason() { onEvent(.note(reason)) }
    }

    /// Says what began to be wrong and what no longer is.
    private mutating func watchHealth(at time: Timestamp) {
        var report = report(at: time)
        let notices = health.update(report, at: time)
        report.healthReasons = health.reasons
        engine.reporter.isDegraded = !health.reasons.isEmpty
        engine.reporter.isLosing = health.isLosing
        for notice in notices { engine.reporter.write(.health(notice)) }
        for words in notices.compactMap(HealthWatch.note) { onEvent(.note(words)) }
        onEvent(.second(report, nextEvent: engine.reporter.nextEvent, episodes: health.counts))
    }

    private func report(at time: Timestamp) -> StatsReport {
        var report = engine.report(
            at: time, interval: time.nanoseconds(since: lastReport), statistics: source.statistics,
            source: configuration.sources.joined(separator: ","), isLive: true)
        report.capture.interfacesDown = source.down
        report.healthReasons = health.reasons
        report.process = ProcessReport.current()
        return report
    }

    private mutating func end(_ reason: StopReport.Reason, detail: String?, at time: Timestamp) -> Outcome {
        engine.finish(source.statistics)
        if let failure = engine.reporter.finishFirstSeen() { onEvent(.note(failure)) }
        // The reasons of the last second: after `finish` no episode is open.
        let report = report(at: time)
        for notice in health.finish(report, at: time) { engine.reporter.write(.health(notice)) }
        engine.reporter.write(.stats(report))
        engine.reporter.end(reason, detail: detail, at: time, packets: report.capture.packets)
        onEvent(.stopped(nextEvent: engine.reporter.nextEvent))
        return Outcome(
            stats: report, warnings: warnings + report.coverageWarnings, summary: engine.reporter.summary,
            failure: engine.reporter.outputFailure, eventsLost: engine.reporter.eventsLost,
            record: engine.reporter.record)
    }

    /// How far the clock may be ahead of packets still in the ring, in nanoseconds.
    private static var grace: Int64 { 1_000_000_000 }
}

/// Requests to a live run, from any thread; served between two batches of packets.
public final class LiveRequests: Sendable {
    private let reload = Atomic<Bool>(false)
    private let stats = Atomic<Bool>(false)

    /// Nothing asked for yet.
    public init() {}

    /// Asks to read rules and catalog again and to open output files again. An atomic store.
    public func requestReload() { reload.store(true, ordering: .relaxed) }

    /// Asks for a `stats` event. An atomic store.
    public func requestStats() { stats.store(true, ordering: .relaxed) }

    /// Whether a reload was asked for since this was last called.
    func takeReload() -> Bool { reload.exchange(false, ordering: .relaxed) }

    /// Whether a `stats` event was asked for since this was last called.
    func takeStats() -> Bool { stats.exchange(false, ordering: .relaxed) }
}
