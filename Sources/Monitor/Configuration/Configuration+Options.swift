import Bytes
import Events
import Foundation
public import Host
import Rules
import Settings
import Vendors

/// What each component goes by: the configuration knows the components, and none of them knows the configuration.
extension Configuration {
    /// What a reporter goes by.
    var reporterOptions: Reporter.Options {
        Reporter.Options(
            sensor: sensor.id, flows: flows, writesQuestions: writesQuestions, writesSuppressed: writesSuppressed,
            ruleLimits: ruleLimits, inventoryDays: inventoryDays, inventoryMemory: inventoryMemory, recorded: recorded,
            firstSeen: firstSeenOptions)
    }

    /// What is remembered of first sightings.
    var firstSeenOptions: FirstSeenWatch.Options {
        FirstSeenWatch.Options(settings: firstSeen, privacy: privacy, privacyKeyFile: privacyKeyFile)
    }

    /// What an output goes by.
    var outputOptions: EventOutput.Options {
        EventOutput.Options(
            sensor: sensor, firstEvent: firstEvent, targets: outputs, settings: outputSettings, privacy: privacy,
            privacyKeyFile: privacyKeyFile, feed: liveFeed)
    }

    /// What a live capture goes by.
    var captureOptions: LiveSource.Options {
        LiveSource.Options(
            interfaces: sources, filter: filter, threads: threads, tuning: liveTuning, snapshotLength: snapshotLength,
            bufferSize: bufferSize, readTimeout: readTimeout, isPromiscuous: isPromiscuous)
    }

    /// What reference data is read from; of an installed bundle the directories that its link leads to now.
    var referencePaths: ReferenceData.Paths {
        let resolved = resolvingCatalogRoot()
        return ReferenceData.Paths(
            catalog: resolved.catalogDirectories, fingerprints: resolved.fingerprintDirectories,
            unknownOwners: unknownOwners, groups: groupsFile, rules: rulePaths, lists: resolved.listDirectory)
    }
}

extension ReferenceData {
    /// Reads what `configuration` names; for a live run, which nobody watches, the rules' own tests are run too.
    ///
    /// - Throws: every error of the vendor files, or else of the rule files, of the lists, or else every failed test.
    public init(_ configuration: Configuration) throws(LoadError) {
        guard configuration.mode == .live else {
            try self.init(configuration.referencePaths, test: nil)
            return
        }
        // Before anything is read, so that what changes meanwhile is read again.
        let stamp = PathStamp(configuration.knowledgePaths)
        try self.init(configuration.referencePaths) { RuleTestRunner($0).run($0.rules).filter(\.hasFailed) }
        self.stamp = stamp
    }
}

extension Engine {
    /// An engine for `configuration`; `sources` are the names that the `start` event gives.
    init(_ configuration: Configuration, _ knowledge: ReferenceData, sources: [String]) {
        let rules = knowledge.rules
        let start = StartReport(
            time: Timestamp(nanoseconds: 0), mode: configuration.mode, sources: sources, outputs: [],
            flows: configuration.flows.rawValue, filter: configuration.filter.isEmpty ? nil : configuration.filter,
            rules: rules.rules.count, rulesetHash: rules.rules.isEmpty ? nil : rules.hash,
            catalog: knowledge.catalog.version)
        let output = EventOutput(configuration.outputOptions, start: start)
        let reporter = Reporter(configuration.reporterOptions, knowledge, output: output)
        self.init(policy: configuration.policy, knowledge, reporter: reporter)
    }
}

extension Reload {
    /// Looks after the files of `configuration`; see the other initializer.
    init(
        _ configuration: Configuration, stamp: PathStamp? = nil, at now: Timestamp, watch: FileWatch? = nil,
        perform: @escaping Perform = Reload.elsewhere
    ) {
        self.init(
            configuration.knowledgePaths, isAutomatic: configuration.reloadsOnChange,
            readAgain: { () throws(ReferenceData.LoadError) in try ReferenceData(configuration) }, stamp: stamp,
            at: now,
            watch: watch, perform: perform)
    }
}

extension ServiceNotifier {
    /// The life of a run of `configuration`, told to `manager`.
    public convenience init(_ configuration: Configuration, manager: ServiceManager?) {
        self.init(
            configuration.sensor, state: configuration.statePath, metrics: configuration.metricsFile,
            status: "watching \(configuration.sources.joined(separator: ", "))", manager: manager)
    }
}

extension StatusService {
    /// Opens what `configuration` names for `board`, and `live` if there is a page, to answer at; `nil` if it names nothing.
    ///
    /// - Throws: which address cannot be listened at, and why; that there is a page and no address of this machine.
    public convenience init?(
        _ configuration: Configuration, board: StatusBoard, live: LiveBoard? = nil
    ) throws(HostError) {
        try self.init(
            configuration.listensAt, user: configuration.hardening.user, hosts: configuration.httpHosts, board: board,
            live: live)
    }
}

extension Configuration {
    /// The same configuration with the directories of the installed bundle put before the others.
    ///
    /// The link is followed once: all three directories are of one bundle, also if an update changes the link meanwhile.
    func resolvingCatalogRoot() -> Configuration {
        guard let catalogRoot else { return self }
        let place = URL(fileURLWithPath: catalogRoot).resolvingSymlinksInPath().path
        var resolved = self
        resolved.catalogRoot = nil
        resolved.catalogDirectories = ["\(place)/vendors"] + catalogDirectories
        resolved.fingerprintDirectories = ["\(place)/fingerprints"] + fingerprintDirectories
        resolved.listDirectory = "\(place)/lists"
        return resolved
    }
}

extension Configuration {
    /// The file of the sensor's state; `nil` for none.
    public var statePath: String? { stateDirectory.map { "\($0)/sensor.json" } }
}
