import Events
import Foundation
import Rules

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
            privacyKeyFile: privacyKeyFile)
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
        let isLive = configuration.mode == .live
        // Before anything is read, so that what changes meanwhile is read again.
        let stamp = isLive ? PathStamp(configuration.knowledgePaths) : nil
        try self.init(configuration.referencePaths, isLive: isLive)
        self.stamp = stamp
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
