import Bytes
import Delivery
import Events
import Flows
import Rules
public import Settings

extension Configuration {
    /// Adopts what `settings` say. What ships with the program (catalog, rules, lists) is the caller's to add
    /// where nothing is set.
    public mutating func apply(_ settings: Settings) {
        filter = settings.text(.captureFilter) ?? ""
        flows = settings[SettingKey.flows]
        writesQuestions = settings.isOn(.questions)
        writesSuppressed = settings.isOn(.suppressed)
        catalogDirectories = settings.texts(.catalogDirectories)
        fingerprintDirectories = settings.texts(.fingerprintDirectories)
        catalogRoot = settings.text(.catalogStore).map { "\($0)/current" }
        groupsFile = settings.text(.groups)
        rulePaths = settings.isOn(.rulesOff) ? [] : settings.texts(.rulePaths)
        apply(outputs: settings)
        privacyKeyFile = settings.text(.privacyKey)
        privacy.sources = settings[SettingKey.privacySources]
        privacy.destinations = settings[SettingKey.privacyDestinations]
        privacy.otherNames = settings[SettingKey.privacyOtherNames]
        privacy.paths = settings[SettingKey.privacyPaths]
        inventoryDays = settings.text(.inventory).flatMap { DayClock(zone: $0) }
        statsInterval =
            settings.isSet(.statsInterval)
            ? settings.duration(.statsInterval) : mode == .live ? Self.liveStatsInterval : nil
        threads = settings.number(.threads)
        applyBounds(settings)
        firstSeen.learning = settings.duration(.firstSeenLearning) ?? 0
        firstSeen.hosts = settings[SettingKey.firstSeenHosts]
        firstSeen.capacity = settings.number(.firstSeenEntries)
        firstSeen.path = settings.text(.firstSeenState)
        guard mode == .live else { return }
        snapshotLength = settings.number(.snapshotLength)
        bufferSize = settings.number(.bufferSize)
        readTimeout = Int((settings.duration(.readTimeout) ?? 0) / 1_000_000)
        isPromiscuous = settings.isOn(.promiscuous)
        reloadsOnChange = settings.isOn(.reloadOnChange)
        policy.active = settings.duration(.activeTimeout)
        hardening.user = settings.text(.serviceUser)
        hardening.rebinds = settings.isOn(.serviceRebind)
        metricsFile = settings.text(.metricsFile)
        listensAt = (settings.texts(.httpListen) + settings.texts(.httpListenExposed)).compactMap { ListenAddress($0) }
        httpHosts = settings.texts(.httpHosts)
        showsPage = settings.isOn(.httpPage)
        stateDirectory = settings.text(.serviceState)
        firstSeen.path = firstSeen.path ?? stateDirectory.map { "\($0)/first-seen.state" }
        hardening.mode = settings[SettingKey.serviceSandbox]
    }

    private mutating func applyBounds(_ settings: Settings) {
        policy.trustedTunnels = TunnelTrust(settings.texts(.trustedTunnels).compactMap { AddressPrefix($0) })
        policy.overlaps = OverlapPolicies(
            first: settings.texts(.firstCopyHosts).compactMap { AddressPrefix($0) },
            last: settings.texts(.lastCopyHosts).compactMap { AddressPrefix($0) })
        policy.learnsUnaskedAnswers = settings.isOn(.unaskedAnswers)
        let ids = settings.texts(.flowIDs)
        policy.scope = []
        if ids.contains("vlan") { policy.scope.insert(.vlan) }
        if ids.contains("tunnel") { policy.scope.insert(.tunnel) }
        policy.memory = settings.number(.flowMemory)
        policy.unfinishedMemory = settings.number(.unfinishedMemory)
        ruleLimits.alertMemory = settings.number(.alertMemory)
        ruleLimits.alertsPerMinute = settings.number(.alertsPerMinute)
        inventoryMemory = settings.number(.inventoryMemory)
        policy.idle.tcp = settings.duration(.tcpIdle) ?? policy.idle.tcp
        policy.idle.tcpUnanswered = settings.duration(.tcpUnanswered) ?? policy.idle.tcpUnanswered
        policy.idle.tcpClosed = settings.duration(.tcpClosed) ?? policy.idle.tcpClosed
        policy.idle.udp = settings.duration(.udpIdle) ?? policy.idle.udp
        policy.idle.udpUnanswered = settings.duration(.udpUnanswered) ?? policy.idle.udpUnanswered
    }

    private mutating func apply(outputs settings: Settings) {
        // The reader has refused what is no target.
        outputs = settings.texts(.outputTargets).compactMap { text in try? OutputTarget(text) }
        var outputs = OutputSettings()
        outputs.format = settings[SettingKey.outputFormat]
        outputs.policy = settings[SettingKey.outputOverflow]
        outputs.queueBytes = settings.number(.outputQueue)
        outputs.files.fileBytes = settings.number(.fileSize)
        if mode == .live {
            outputs.files.fileAge = settings.duration(.fileAge)
            outputs.files.files = settings.number(.fileCount)
            outputs.files.totalBytes = settings.number(.fileTotal)
            outputs.files.keptAge = settings.duration(.fileAgeTotal)
        }
        outputs.files.compression = settings[SettingKey.fileCompression]
        outputs.files.reservedBytes = settings.number(.fileReserve)
        outputs.syslogFacility = settings[SettingKey.syslogFacility]
        outputs.syslogEvents = Set(settings.texts(.syslogEvents).compactMap { Event.Kind(rawValue: $0) })
        outputs.webhookEvents = Set(settings.texts(.webhookEvents).compactMap { Event.Kind(rawValue: $0) })
        outputs.webhookTimeout = Int((settings.duration(.webhookTimeout) ?? 0) / 1_000_000)
        outputs.webhookRetry.attempts = settings.number(.webhookAttempts)
        outputs.evidenceKeyFile = settings.text(.evidenceKey)
        outputs.anchors = settings.texts(.evidenceAnchor).compactMap { text in try? OutputTarget(text) }
        outputs.anchorInterval = settings.duration(.anchorInterval) ?? outputs.anchorInterval
        outputs.webhookAuthorities = settings.text(.webhookAuthorities)
        outputs.webhookHeaders = settings.text(.webhookHeaders)
        outputs.clickHouseCredentials = settings.text(.clickHouseCredentials)
        outputs.clickHouseAuthorities = settings.text(.clickHouseAuthorities)
        outputs.clickHouseTimeout = Int((settings.duration(.clickHouseTimeout) ?? 0) / 1_000_000)
        outputs.clickHouseInterval = settings.duration(.clickHouseInterval) ?? outputs.clickHouseInterval
        outputSettings = outputs
    }

    private static var liveStatsInterval: Int64 { 60_000_000_000 }
}
