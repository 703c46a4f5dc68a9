public import Bytes

/// How much each source asks of DNS in a window of time: what shows when names are used to carry data out.
///
/// Bounded: at most `capacity` sources, the one silent longest going first, with a counter; some 400 bytes each. Time
/// is packet time. A window begins with a source's first question and is closed by the first one past its end.
public struct DNSVolume: Sendable {
    /// What one source asked in one window.
    public struct Counts: Equatable, Sendable {
        /// When the window began.
        public var start: Timestamp
        /// Questions, repeated ones included.
        public var queries = 0
        /// Different names, estimated from 1,024 bits (linear counting): within some 10 % up to 2,000, and never more
        /// than 7,098.
        public var uniqueNames = 0
        /// The longest label, in bytes.
        public var longestLabel = 0
        /// The bytes of all names asked for.
        public var nameBytes = 0
        /// The entropy of the characters left of the last two labels, in bits a character; 0 if there are none.
        public var entropy = 0.0
        /// The most bytes of data that the names asked for the first time could have carried left of their last two
        /// labels: their characters times the entropy.
        public var carriedBytes = 0

        /// From 0 to 1: `carriedBytes` as a part of 8 KiB, which names of ordinary browsing stay far below in five
        /// minutes (300 new names with eight characters each are 0.15). It says what could be, not what was.
        public var score: Double { min(1, Double(carriedBytes) / 8192) }
    }

    /// The length of a window in nanoseconds.
    public let window: Int64
    private var sources: LRUTable<IPAddress, DNSVolumeWindow>

    /// Windows of `window` nanoseconds for at most `capacity` sources.
    public init(capacity: Int = 4096, window: Int64 = 300_000_000_000) {
        self.window = max(1, window)
        sources = LRUTable(capacity: capacity)
    }

    /// Sources that made room for others.
    public var evicted: UInt64 { sources.evicted }

    /// Counts a question of `source` for `name` at `time`; returns the counts of the window that this closes, if it
    /// does. `name` is the text of a name as `DNSName` gives it. Linear in the name; allocates only for a new source.
    @discardableResult
    public mutating func note(source: IPAddress, name: ArraySlice<UInt8>, at time: Timestamp) -> Counts? {
        let window = window
        return sources.update(source, initial: DNSVolumeWindow(start: time)) { held -> Counts? in
            var closed: Counts?
            if time.nanoseconds(since: held.start) >= window {
                closed = held.counts
                held = DNSVolumeWindow(start: time)
            }
            held.add(name)
            return closed
        }
    }

    /// What `source` asked so far in the window that is open, or was when it last asked.
    public func counts(of source: IPAddress) -> Counts? {
        sources.value(of: source)?.counts
    }
}
