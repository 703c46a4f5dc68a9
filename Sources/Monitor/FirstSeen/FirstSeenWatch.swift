import Activity
import Bytes
import Events
import Flows
import Protocols
import Rules
import Settings
import Text
import Vendors

/// Determines the first sightings of each flow, and saves the history in a file.
///
/// Called when a flow is named; later events of the flow repeat the result. Active if a rule uses `first_seen.*` or a file is
/// set; otherwise it has no cost.
struct FirstSeenWatch: Sendable {
    /// What a watch goes by.
    struct Options: Sendable {
        /// What is remembered, and where.
        var settings = FirstSeenSettings()
        /// What is hidden of clients in the file.
        var privacy = PrivacyProfile()
        /// The file of the keys of pseudonyms.
        var privacyKeyFile: String?
    }

    private let settings: FirstSeenSettings
    private let privacy: PrivacyProfile
    private let privacyKeyFile: String?
    private let store: FirstSeenStore?
    private(set) var history: FirstSeenHistory
    private var key: PrivacyKey?
    private var isActive: Bool
    /// Whether nothing may be kept, because the keys of pseudonyms cannot be read: the output says why.
    private var isKeyless = false
    private var lastSave: Timestamp?
    /// What flows that go on were the first to show.
    private var facts: [UInt64: FirstSeenFacts] = [:]
    private var factsOmitted: UInt64 = 0

    /// A watch that works if `rules` ask for it, or a file is set.
    init(_ options: Options, _ rules: RuleSet) {
        settings = options.settings
        privacy = options.privacy
        privacyKeyFile = options.privacyKeyFile
        store = settings.path.map { FirstSeenStore(path: $0) }
        history = FirstSeenHistory(learning: settings.learning, capacity: settings.capacity)
        isActive = store != nil || rules.asksForFirstSeen
    }

    /// Adopts other rules; once it is active, it stays active.
    mutating func adopt(_ rules: RuleSet) { isActive = isActive || rules.asksForFirstSeen }

    /// Reads the file and begins to learn at `time`, that of the first packet; what is to be said of that.
    mutating func begin(at time: Timestamp) -> [Event] {
        guard isActive else { return [] }
        readKey()
        var events: [Event] = []
        if let problem = load() {
            events.append(.health(NoticeReport(time: time, kind: "first_seen_restarted", detail: problem)))
        }
        // A run without packets has no time.
        guard time.nanoseconds > 0 else { return events }
        history.begin(at: time)
        if let notice = learningNotice(at: time) { events.append(.audit(notice)) }
        return events
    }

    /// What `observation` of a flow at `moment` is the first to show. Cost: at `named` the look-ups of `FirstSeenHistory`, at any
    /// other moment one in a table that is empty as a rule.
    mutating func facts(of observation: Observation, at moment: FlowLifecycleEvent) -> FirstSeenFacts {
        let id = observation.flow.id
        guard isActive, !isKeyless else { return FirstSeenFacts() }
        guard moment == .named else { return facts.isEmpty ? FirstSeenFacts() : facts[id] ?? FirstSeenFacts() }
        guard let sighting = sighting(observation) else { return facts[id] ?? FirstSeenFacts() }
        var found = history.note(sighting, at: observation.time)
        if let before = facts[id] { found.formUnion(before) }
        guard !found.isEmpty else { return found }
        if facts[id] != nil || facts.count < Self.flowLimit {
            facts[id] = found
        } else {
            factsOmitted &+= 1
        }
        return found
    }

    /// Whether anything is kept of flows that go on.
    var keepsFlows: Bool { !facts.isEmpty }

    /// Forgets a flow that ended.
    mutating func forget(flow id: UInt64) { facts[id] = nil }

    /// Saves what is new since the last save, once a minute at most, on another thread.
    mutating func tend(at time: Timestamp) {
        guard let store, isActive, !isKeyless, history.isChanged || store.failure != nil else { return }
        guard lastSave.map({ time.nanoseconds(since: $0).magnitude >= Self.saveInterval }) ?? true else { return }
        guard store.beginSave(history, terms) else { return }
        lastSave = time
        history.markSaved()
    }

    /// Saves everything at the end of a run; why that failed.
    mutating func finish() -> String? {
        guard let store, isActive, !isKeyless else { return nil }
        store.save(history, terms)
        history.markSaved()
        return store.failure
    }

    /// What is remembered at `time`; `nil` if nothing is.
    func report(at time: Timestamp) -> FirstSeenReport? {
        guard isActive else { return nil }
        var report = FirstSeenReport()
        report.since = history.since
        report.isLearning = history.isLearning(at: time)
        report.entries = UInt64(history.count)
        report.evicted = history.evicted
        report.flowsOmitted = factsOmitted
        report.failure = store?.failure
        return report
    }

    /// What the flow shows that is remembered; `nil` if nothing is.
    private func sighting(_ observation: Observation) -> FirstSeenHistory.Sighting? {
        var sighting = FirstSeenHistory.Sighting()
        sighting.vendor = observation.attribution?.vendor
        // Of a client that does not say which product it is, nothing is new.
        sighting.product = observation.attribution?.product.flatMap { $0 == "unclassified" ? nil : $0 }
        sighting.host = host(of: observation)
        guard sighting.vendor != nil || sighting.host != nil else { return nil }
        sighting.group = observation.sourceGroup
        sighting.source = subject(observation.flow.client.address)
        return sighting
    }

    private func host(of observation: Observation) -> String? {
        guard let host = observation.flow.host, host.isHost, IPAddress(host.name) == nil else { return nil }
        if observation.attribution?.vendor != nil { return host.name }
        guard settings.hosts == .all || observation.nameHint != nil else { return nil }
        if privacy.otherNames == .clear { return host.name }
        return key.map { "\($0.digits(for: "first seen \(host.name)")).pseudonym.invalid" }
    }

    private func subject(_ address: IPAddress) -> FirstSeenSubject? {
        if privacy.sources == .clear { return .source(address) }
        return key.flatMap { UInt64($0.digits(for: "first seen \(address)"), radix: 16) }.map { .pseudonym($0) }
    }

    /// Takes the oldest key of pseudonyms, so that a further key makes nothing new.
    private mutating func readKey() {
        guard !privacy.isClear, let privacyKeyFile else { return isKeyless = privacy.needsKey }
        key = try? PrivacyKeys(file: privacyKeyFile).keys.first
        isKeyless = key == nil && privacy.needsKey
    }

    private var terms: FirstSeenFile.Terms { .init(key: key?.id, hosts: settings.hosts) }

    /// Adopts what the file has; why it cannot be used, for a person.
    private mutating func load() -> String? {
        guard let store, !isKeyless else { return nil }
        let problem: String
        do throws(FirstSeenFile.Problem) {
            guard let file = try store.load() else { return nil }
            if file.terms.key == key?.id {
                for kind in file.kinds where kind.kind != .host || file.terms.hosts == settings.hosts {
                    history.restore(kind.kind, since: kind.since, entries: kind.entries)
                }
                return nil
            }
            let (kept, wanted) = (file.terms.key ?? "none", key?.id ?? "none")
            problem = "its sources are kept with the privacy key \(kept), and this run has \(wanted)"
        } catch {
            problem = error.description
        }
        let aside = store.setAside() ? "it is now \(store.path).unreadable, and" : "it stays until the next save, and"
        return "first sightings in \(store.path) cannot be used: \(problem); \(aside) learning begins again"
    }

    /// Says until when nothing is said, while that is so.
    private func learningNotice(at time: Timestamp) -> NoticeReport? {
        guard let since = history.since, history.isLearning(at: time) else { return nil }
        let end = since.advanced(byNanoseconds: settings.learning)
        let detail =
            "first_seen.* learns since \(since.rfc3339) for \(DurationText.text(settings.learning)) and says nothing until \(end.rfc3339)"
        return NoticeReport(time: time, kind: "first_seen_learning", detail: detail)
    }

    /// The most flows that go on of which it is kept what they were the first to show.
    private static var flowLimit: Int { 65_536 }
    /// Between two saves, in nanoseconds.
    private static var saveInterval: UInt64 { 60_000_000_000 }
}
