import Bytes
import Capture
import Dispatch
import Flows

/// The frames of a live run: read by the tracking thread, or by a thread for each ring of each interface.
struct LiveSource: ~Copyable {
    /// What a live capture goes by.
    struct Options {
        /// The interfaces.
        var interfaces: [String]
        /// A filter in libpcap's language; empty for none.
        var filter: String
        /// The threads that a run may keep busy with packets.
        var threads: Int
        /// How a thread that reads a ring divides its work.
        var tuning: ReadAhead.Tuning
        /// The most bytes of a frame that are taken.
        var snapshotLength: Int
        /// The ring of an interface, in bytes.
        var bufferSize: Int
        /// How long the kernel may hold frames back in a ring, in milliseconds.
        var readTimeout: Int
        /// Whether frames that are for others are taken.
        var isPromiscuous: Bool
    }

    /// The interfaces' names, as they were given.
    let names: [String]
    /// The interfaces.
    let interfaces: [InterfaceDescription]
    /// What libpcap warned of, for a person.
    let warnings: [String]
    /// Captures that this thread reads itself; none if others read ahead.
    private var inputs: [LiveInput] = []
    private var readers: [RingReader] = []
    private var merge: RingMerge
    private let filled = DispatchSemaphore(value: 0)
    private let stop: CaptureStop
    private var hasStarted = false

    /// Opens every interface, with as many rings as there are threads beside the one that follows flows, which hashes
    /// with `seed`. No thread is started yet.
    ///
    /// - Throws: what is missing where an interface cannot be opened.
    init(_ options: Options, stop: CaptureStop, seed: HashSeed) throws(CaptureError) {
        names = options.interfaces
        self.stop = stop
        let rings = options.threads - 1
        var interfaces: [InterfaceDescription] = []
        var warnings: [String] = []
        for (number, name) in options.interfaces.enumerated() {
            var settings = LiveCapture.Options(interface: name, options)
            let group = rings > 1 ? FanoutGroup() : nil
            settings.bufferSize /= max(rings, 1)
            for ring in 0..<max(rings, 1) {
                let capture = try LiveCapture(settings, stop: stop, sharing: group)
                if ring == 0 {
                    interfaces += capture.interfaces
                    warnings += capture.warnings
                }
                if rings == 0 {
                    inputs.append(LiveInput(name, capture))
                } else {
                    readers.append(
                        RingReader(
                            LiveInput(name, capture), interface: number, seed: seed, tuning: options.tuning,
                            filled: filled))
                }
            }
        }
        self.interfaces = interfaces
        self.warnings = warnings
        merge = RingMerge(count: readers.count)
    }

    deinit { for reader in readers { reader.relay.close() } }

    /// The packet sockets.
    var descriptors: [Int32] { inputs.map { $0.capture.descriptor } + readers.map(\.descriptor) }

    /// Has `engine` follow the frames that are there; waits a little if there are none. False after a stop.
    ///
    /// - Throws: if an interface fails although it is there.
    mutating func read(into engine: inout Engine, _ now: () -> Timestamp) throws(CaptureError) -> Bool {
        guard readers.isEmpty else {
            try follow(into: &engine, at: now())
            return !stop.isRequested
        }
        for index in inputs.indices {
            // Frames of one handle know it as their only interface; which one of all it is, the engine has to be told.
            engine.interfaceOffset = UInt16(clamping: index)
            if try inputs[index].read(into: &engine, limit: Self.batch) == .end { return false }
        }
        return true
    }

    /// Has `engine` follow what waited in the rings when the stop was requested: until a frame is newer than that, or none has
    /// come for as long as the kernel may hold one back, and no longer than `drainLimit` in all.
    ///
    /// - Throws: if an interface fails although it is there.
    mutating func drain(into engine: inout Engine, _ now: () -> Timestamp) throws(CaptureError) {
        let moment = now()
        for reader in readers { reader.end(at: moment) }
        // The clock may be set back, which must not make this longer.
        while !readers.isEmpty, !merge.isOver, now().nanoseconds(since: moment).magnitude < Self.drainLimit {
            try follow(into: &engine, at: now())
        }
        for index in inputs.indices {
            engine.interfaceOffset = UInt16(clamping: index)
            var idle = 0
            while idle < Self.idleReads, inputs[index].capture.newest < moment,
                now().nanoseconds(since: moment).magnitude < Self.drainLimit
            {
                let outcome = try inputs[index].drain(into: &engine, limit: Self.batch)
                idle = outcome == .idle ? idle + 1 : 0
            }
        }
    }

    /// Has `engine` follow what other threads have read, in the order of time.
    private mutating func follow(into engine: inout Engine, at now: Timestamp) throws(CaptureError) {
        if !hasStarted { for reader in readers { reader.start() } }
        hasStarted = true
        let readers = readers
        let end = ContinuousClock.now.advanced(by: Self.longest)
        let isLate = { ContinuousClock.now >= end }
        let followed = merge.turn(now: now, lag: Self.lag, limit: Self.batch, isLate: isLate) { ring, batch in
            readers[ring].relay.takeNow(&batch)
        } deliver: { ring, batch, run in
            engine.interfaceOffset = UInt16(clamping: readers[ring].interface)
            engine.follow(batch, run)
        }
        if let failure = merge.failure { throw failure }
        if followed == 0 { _ = filled.wait(timeout: .now() + .milliseconds(Self.patience)) }
    }

    /// Sees whether the interfaces are there and up, and takes them up again if they have come back. A few system calls, by
    /// whichever thread reads.
    func look() {
        for input in inputs { input.look() }
        for reader in readers { reader.requestLook() }
    }

    /// The interfaces that are down or away, by their names.
    var down: [String] {
        var found = Set(inputs.filter { !$0.isUp }.map(\.name))
        for (reader, status) in zip(readers, merge.statuses) where !status.isUp {
            found.insert(names[reader.interface])
        }
        return names.filter { found.contains($0) }
    }

    /// What all rings together read and lost.
    var statistics: CaptureStatistics {
        var statistics = CaptureStatistics()
        for input in inputs { statistics.add(input.capture.statistics) }
        for status in merge.statuses { statistics.add(status.statistics) }
        return statistics
    }

    /// How long frames are followed before the owner looks at its clock.
    private static var longest: Duration { .milliseconds(100) }
    /// The frames taken of one interface before the next has its turn.
    private static var batch: Int { 4_096 }
    /// How many time-outs must pass without a frame until a ring is empty: the kernel looks at its block once in each, and
    /// passes on what it has held for one.
    static var idleReads: Int { 3 }
    /// The longest that a stop waits for rings to be empty, in nanoseconds.
    private static var drainLimit: UInt64 { 5_000_000_000 }
    /// How long a frame may be on its way out of one of several rings, in nanoseconds: some of the kernel's time-outs.
    private static var lag: Int64 { 100_000_000 }
    /// How long is waited if no ring has anything, in milliseconds.
    private static var patience: Int { 10 }
}

extension LiveCapture.Options {
    /// How the interface `name` is captured from.
    fileprivate init(interface name: String, _ options: LiveSource.Options) {
        self.init(interface: name)
        snapshotLength = options.snapshotLength
        bufferSize = options.bufferSize
        isPromiscuous = options.isPromiscuous
        filter = options.filter
        // A ring that is silent must not keep others waiting long; one that is alone is waited for, which costs an idle sensor
        // a tenth of the wake-ups.
        let isAlone = options.interfaces.count == 1 && options.threads == 1
        timeoutMilliseconds = isAlone ? options.readTimeout : min(options.readTimeout, 10)
        waitMilliseconds = isAlone ? Self.longestWait : nil
    }

    /// How long a run waits for frames before it looks at the time and at what it is asked for, in milliseconds.
    private static var longestWait: Int { 100 }
}
