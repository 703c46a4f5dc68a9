import Events
import Flows
public import Settings

extension Configuration {
    /// Takes over what `settings` say. What ships with the program (catalogue, rules, lists) is the caller's to add
    /// where nothing is set.
    public mutating func apply(_ settings: Settings) {
        filter = settings.text(.captureFilter) ?? ""
        flows = settings.text(.flows).flatMap { FlowSelection(rawValue: $0) } ?? .ai
        writesQuestions = settings.isOn(.questions)
        catalogueDirectories = settings.texts(.catalogueFolders)
        fingerprintDirectories = settings.texts(.fingerprintFolders)
        rulePaths = settings.isOn(.rulesOff) ? [] : settings.texts(.rulePaths)
        output = Output(settings.text(.outputTargets) ?? "-")
        evidenceKeyFile = settings.text(.evidenceKey)
        statsInterval =
            settings.isSet(.statsInterval)
            ? settings.duration(.statsInterval) : mode == .live ? Self.liveStatsInterval : nil
        threads = settings.number(.threads)
        applyBounds(settings)
        guard mode == .live else { return }
        snapshotLength = settings.number(.snapshotLength)
        bufferSize = settings.number(.bufferSize)
        isPromiscuous = settings.isOn(.promiscuous)
        reloadsOnChange = settings.isOn(.reloadOnChange)
        policy.active = settings.duration(.activeTimeout)
    }

    private mutating func applyBounds(_ settings: Settings) {
        policy.memory = settings.number(.flowMemory)
        policy.unfinishedMemory = settings.number(.unfinishedMemory)
        policy.idle.tcp = settings.duration(.tcpIdle) ?? policy.idle.tcp
        policy.idle.tcpUnanswered = settings.duration(.tcpUnanswered) ?? policy.idle.tcpUnanswered
        policy.idle.tcpClosed = settings.duration(.tcpClosed) ?? policy.idle.tcpClosed
        policy.idle.udp = settings.duration(.udpIdle) ?? policy.idle.udp
        policy.idle.udpUnanswered = settings.duration(.udpUnanswered) ?? policy.idle.udpUnanswered
    }

    private static var liveStatsInterval: Int64 { 60_000_000_000 }
}

extension Configuration.Output {
    /// The output that `text` names: `-`, or a folder.
    init(_ text: String) {
        self = text == "-" ? .standardOutput : .directory(text)
    }
}
