/// What can be wrong with a sensor that runs: the words of `health.reasons`, each with the code of its page.
public enum HealthReason: String, Sendable, CaseIterable {
    /// The kernel's ring was full.
    case ringFull = "ring_full"
    /// The interface or its driver lost frames.
    case interfaceLoss = "interface_loss"
    /// Rules or catalog could not be read again.
    case reloadFailed = "reload_failed"
    /// An interface is down or gone.
    case interfaceDown = "interface_down"
    /// The flow table was full.
    case tableFull = "table_full"
    /// Unfinished hellos held too much memory.
    case helloMemory = "hello_memory"
    /// Fragments came to no packet.
    case fragmentsLost = "fragments_lost"
    /// An output's queue was full, or an output gave events up.
    case outputDropped = "output_dropped"
    /// An output cannot write.
    case outputFailed = "output_failed"
    /// An output has written nothing for long although there is something to write.
    case outputStuck = "output_stuck"
    /// The catalog is older than it should be.
    case catalogOld = "catalog_old"
    /// Most flows are seen in one direction only.
    case oneSided = "one_sided"
    /// Frames are captured in part.
    case framesCut = "frames_cut"
    /// Thresholds of rules have no room for further groups.
    case ruleState = "rule_state"
    /// Frames of a link type that is not read.
    case unsupportedLink = "unsupported_link"
    /// Frames in encapsulations that are not read.
    case unreadTunnel = "unread_tunnel"
    /// First sightings cannot be saved.
    case firstSeenUnsaved = "first_seen_unsaved"
    /// First sightings were forgotten for lack of room.
    case firstSeenFull = "first_seen_full"
    /// Records of a capture file could not be read; offline only.
    case captureLoss = "capture_loss"
    /// A capture file could not be read at all; offline only.
    case filesUnread = "files_unread"

    /// Its code in docs/HEALTH.md, `EG101`. A code is never reused: EG116 is retired.
    public var code: String { explained.code }
    /// What is counted, for a person; `nil` if it is a state and no number.
    public var unit: String? { explained.unit }
    /// What happened and what it does to detections, in one sentence without a full stop.
    public var effect: String { explained.effect }

    /// Whether frames were lost, so that any flow of that time may be incomplete.
    public var isLoss: Bool {
        switch self {
        case .ringFull, .interfaceLoss, .interfaceDown, .captureLoss, .filesUnread: true
        default: false
        }
    }

    private var explained: (code: String, unit: String?, effect: String) {
        switch self {
        case .ringFull:
            ("EG101", "frames", "the kernel's ring was full; flows may stay unnamed and counts fall short")
        case .interfaceLoss:
            ("EG102", "frames", "interface or driver lost frames; flows may stay unnamed and counts fall short")
        case .reloadFailed: ("EG103", nil, "rules and catalog from before stay in use")
        case .interfaceDown: ("EG104", nil, "an interface is down or gone; nothing that passes there is seen")
        case .tableFull:
            ("EG105", "flows", "the flow table was full; flows that had to go are new and unnamed when they continue")
        case .helloMemory: ("EG106", "flows", "unfinished hellos held too much memory; these flows stay unnamed")
        case .fragmentsLost: ("EG107", "fragments", "fragments came to no packet; what was in them is not judged")
        case .outputDropped: ("EG108", "events", "events were given up; alerts last, and seq has gaps")
        case .outputFailed: ("EG109", nil, "an output cannot write; events are given up, alerts last")
        case .outputStuck:
            ("EG110", nil, "an output writes nothing; events wait, and are given up when its queue is full")
        case .catalogOld: ("EG111", nil, "the catalog is old; hosts that came since are not known")
        case .oneSided:
            ("EG112", nil, "most flows show one direction only; names of servers and answers are not seen")
        case .framesCut: ("EG113", "frames", "frames are captured in part; hellos beyond the cut have no name")
        case .ruleState: ("EG114", "groups", "thresholds have no room; rules that count do not count these groups")
        case .unsupportedLink: ("EG115", "frames", "frames of a link type that is not read; nothing of them is judged")
        case .unreadTunnel:
            ("EG117", "frames", "frames in encapsulations that are not read; nothing of them is judged")
        case .firstSeenUnsaved:
            (
                "EG121", nil,
                "first sightings cannot be saved; after a restart what was seen since the last save is new again"
            )
        case .firstSeenFull:
            (
                "EG122", "sightings",
                "first sightings were forgotten for lack of room; each is new again when it comes back"
            )
        case .captureLoss: ("EG118", "records", "records of a capture file could not be read; flows may be incomplete")
        case .filesUnread: ("EG119", "files", "capture files could not be read at all; their traffic is not judged")
        }
    }
}
