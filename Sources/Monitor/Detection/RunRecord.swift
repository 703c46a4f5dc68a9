import Bytes
import Flows
import Protocols
public import Rules

/// Results that a run keeps in memory for its caller, in addition to or instead of the events that it writes.
///
/// Bounded: at most `capacity` of each kind are kept, and the rest is counted.
public struct RunRecord: Sendable {
    /// Which things are kept.
    public struct Contents: OptionSet, Sendable {
        /// The bits.
        public let rawValue: Int

        /// The contents of these bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// How many flows went to each name.
        public static let hosts = Contents(rawValue: 1)
        /// Every alert as it was last.
        public static let alerts = Contents(rawValue: 2)
        /// Every flow at every moment, as rules see it.
        public static let observations = Contents(rawValue: 4)
        /// What was seen of each far end, by name or by address.
        public static let farEnds = Contents(rawValue: 8)
    }

    /// Which things are kept.
    public let contents: Contents
    /// How many of each are kept at most.
    public let capacity: Int
    /// How many flows went to each name, by the best evidence; addresses that are where a name could are none.
    public private(set) var hosts: [String: Int] = [:]
    /// What was seen of each far end, by its name or else by its address.
    public private(set) var farEnds: [String: LearnedFarEnd] = [:]
    /// Each alert as it was last, in the order of opening.
    public private(set) var alerts: [Alert] = []
    /// The flows at their moments, in order.
    public private(set) var observations: [(observation: Observation, trigger: Trigger)] = []
    /// The exceptions that suppressed most of what their rule matched; known at the end.
    public internal(set) var broadExceptions: [BroadException] = []
    /// What did not fit.
    public private(set) var omitted: UInt64 = 0
    private var places: [String: Int] = [:]

    /// A record of nothing yet.
    public init(_ contents: Contents = [], capacity: Int = 100_000) {
        self.contents = contents
        self.capacity = capacity
    }

    /// Keeps what is wanted of `observation`, a flow at the moment of `trigger`.
    mutating func add(_ observation: Observation, on trigger: Trigger) {
        if contents.contains(.observations) {
            if observations.count < capacity {
                observations.append((observation, trigger))
            } else {
                omitted &+= 1
            }
        }
        if contents.contains(.farEnds), trigger == .flowEnd { add(farEndOf: observation) }
        guard contents.contains(.hosts), trigger == .flowEnd, let host = observation.flow.host?.name else { return }
        if hosts[host] != nil || hosts.count < capacity {
            if IPAddress(host) == nil { hosts[host, default: 0] += 1 }
        } else {
            omitted &+= 1
        }
    }

    private mutating func add(farEndOf observation: Observation) {
        let name = observation.flow.host?.name ?? observation.flow.server.address.description
        if farEnds[name] != nil {
            farEnds[name]?.add(observation)
        } else if farEnds.count < capacity {
            farEnds[name] = LearnedFarEnd(name, observation)
        } else {
            omitted &+= 1
        }
    }

    /// Keeps `alert`, in place of what it was before.
    mutating func add(_ alert: Alert) {
        guard contents.contains(.alerts) else { return }
        if let place = places[alert.id] {
            alerts[place] = alert
        } else if alerts.count < capacity {
            places[alert.id] = alerts.count
            alerts.append(alert)
        } else {
            omitted &+= 1
        }
    }
}
