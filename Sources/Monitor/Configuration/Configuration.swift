import Capture
public import Delivery
public import Events
public import Flows
public import Rules
public import Settings
public import Vendors

/// The configuration of a run, complete before the first packet.
public struct Configuration: Sendable {
    /// The sensor, its version and its run.
    public var sensor: SensorIdentity
    /// The number of the first event: a sensor that ran before continues counting.
    public var firstEvent: UInt64 = 1
    /// Whether packets come from files or from the wire.
    public var mode: StartReport.Mode
    /// Files and directories, or interfaces.
    public var sources: [String]
    /// Whether an offline run enters the directories below those that are named.
    public var isRecursive = true
    /// Whether an offline run derives the run of its sensor from its sources and configuration, in place of what is given.
    public var derivesBoot = false
    /// A filter in libpcap's language; empty for none.
    public var filter = ""
    /// The installed bundle that comes before all other directories: a directory, or a link to one, with `vendors`, `fingerprints` and
    /// `lists`; `nil` for none.
    public var catalogRoot: String?
    /// The directories of the catalog, the later ones overriding the earlier.
    public var catalogDirectories: [String] = []
    /// The directories of fingerprints of clients, the later ones overriding the earlier; empty for none.
    public var fingerprintDirectories: [String] = []
    /// What is done with fingerprints there of vendors that the catalog does not have.
    public var unknownOwners = FingerprintSet.UnknownOwner.refused
    /// The file of the operator's groups of clients; `nil` for none.
    public var groupsFile: String?
    /// Rule files and directories; empty for none.
    public var rulePaths: [String] = []
    /// Whether a live run reads rules and catalog again when their files change.
    public var reloadsOnChange = true
    /// The directory of the lists that ship: resolvers, public names of ECH; `nil` for none.
    public var listDirectory: String?
    /// Which flows are written.
    public var flows = FlowSelection.ai
    /// Whether DNS questions are written.
    public var writesQuestions = false
    /// Whether what exceptions of rules suppress is written.
    public var writesSuppressed = false
    /// The days of the inventory; `nil` for none.
    public var inventoryDays: DayClock?
    /// Where lines go; nowhere, and no line is made, where the run is for what it records.
    public var outputs: [OutputTarget] = []
    /// What the outputs have in common, and what those of one kind have.
    public var outputSettings = OutputSettings()
    /// What of an event is hidden on its way to the output.
    public var privacy = PrivacyProfile()
    /// The file of the keys of pseudonyms.
    public var privacyKeyFile: String?
    /// What the run keeps in memory for its caller.
    public var recorded: RunRecord.Contents = []
    /// Between two `stats` events, in nanoseconds; `nil` for one at the end only.
    public var statsInterval: Int64?
    /// The threads that a run may keep busy with packets: with two or more, one follows flows, and of files one, of each
    /// interface all others read ahead. What is written is the same for any number.
    public var threads = 1
    /// How a thread that reads ahead divides its work: over files, and over a ring.
    var tuning = ReadAhead.Tuning()
    var liveTuning = ReadAhead.Tuning(depth: 16)
    /// How long and how many flows are kept.
    public var policy = FlowPolicy()
    /// The bounds of the rule engine.
    public var ruleLimits = RuleEngine.Limits()
    /// The most memory for the inventory of a day, in bytes.
    public var inventoryMemory = 48 << 20
    /// The most bytes of a frame that a live capture takes.
    public var snapshotLength = 262_144
    /// The ring of a live capture, in bytes.
    public var bufferSize = 16 << 20
    /// How long the kernel may hold frames back in a ring, in milliseconds.
    public var readTimeout = 10
    /// Whether a live capture takes frames that are for others.
    public var isPromiscuous = true

    /// What rules, catalog and lists are read from.
    var knowledgePaths: [String] {
        rulePaths + (catalogRoot.map { root in ["vendors", "fingerprints", "lists"].map { "\(root)/\($0)" } } ?? [])
            + catalogDirectories + fingerprintDirectories
            + [listDirectory, groupsFile].compactMap(\.self)
    }

    /// The file of metrics; `nil` for none.
    public var metricsFile: String?
    /// Where metrics and health are answered over HTTP; nowhere if it is empty.
    public var listensAt: [ListenAddress] = []
    /// The names by which metrics and health may be asked for, beside addresses and the machine's own.
    public var httpHosts: [String] = []
    /// Whether a page of what is seen is answered at those of these addresses that only this machine reaches.
    public var showsPage = false
    /// What the live page is fed with; `nil` for none.
    public var liveFeed: LiveFeed?
    /// What is remembered of first sightings.
    public var firstSeen = FirstSeenSettings()
    /// The directory of the sensor's state; `nil` for none.
    public var stateDirectory: String?
    /// What a live run gives up once its interfaces are open.
    public var hardening = Hardening()

    /// A run of `sensor` over `sources`.
    public init(sensor: SensorIdentity, mode: StartReport.Mode, sources: [String]) {
        self.sensor = sensor
        self.mode = mode
        self.sources = sources
        if mode == .live {
            policy.active = 300_000_000_000
            policy.endsPerPacket = 64
        }
    }
}
