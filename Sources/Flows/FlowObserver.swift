/// The points of a flow's lifecycle at which it is reported.
public enum FlowLifecycleEvent: Sendable, CaseIterable {
    /// Its first packet.
    case started
    /// Its name was read, or it is known that none can be; once a flow, and always before `ended`.
    case named
    /// It may have shown something since that must not wait for its next report; no report is counted for it.
    case glanced
    /// The server answered, or it is over, or was reported, and no one has; once a flow, after `named` and before `ended`.
    case answered
    /// It has lived for another active time-out.
    case updated
    /// It is over, or the table needs its place.
    case ended
}

/// Whether and how long the requests of a flow are counted.
public enum TrafficInterest: Sendable {
    /// Not at all.
    case none
    /// For what they may show: until its first exchanges have shown nothing.
    case trial
    /// To the flow's end.
    case whole
}

/// Receives reports of flows.
public protocol FlowObserver: ~Copyable {
    /// Whether a snapshot of such a flow at such a moment is of use; asked so that none is made in vain.
    func wants(_ moment: FlowLifecycleEvent, ofInterest: Bool) -> Bool

    /// Takes a flow at a moment and returns whether it is of interest: whether it concerns a vendor or a rule.
    mutating func observe(_ flow: FlowSnapshot, at moment: FlowLifecycleEvent) -> Bool

    /// Whether the requests of a flow that was just named are to be counted, which costs some work for each of its
    /// packets; `ofInterest` is what was answered of it.
    func wantsTraffic(of flow: FlowSnapshot, ofInterest: Bool) -> TrafficInterest

    /// Whether a flow on trial is counted on, of which this was counted; asked after every eight exchanges and after every
    /// 2,048 records or packets.
    func isWorthFollowing(_ traffic: FlowTraffic?) -> Bool

    /// Whether the flow that was observed last may show something that must not wait for its next report: it is then observed at
    /// `glanced` now and then, when `isWorthFollowing` says that what was counted of it shows anything.
    var wantsGlances: Bool { get }

    /// The kind of the flow that was observed last, from 1 to 15; 0 for none. It comes back with `count`.
    var kind: UInt8 { get }

    /// Takes the counts of a flow that ended, whose end was not wanted.
    mutating func count(_ flow: EndedFlow)

    /// Whether DNS questions are of use; asked of each, so that nothing is made of one in vain.
    var wantsQuestions: Bool { get }

    /// Takes a question put in `flow`, which may have no name yet.
    mutating func observe(_ question: DNSQuestion, in flow: FlowSnapshot)

    /// Whether the observer keeps something of flows by their ids, and wants to know which end; asked of each that ends.
    var keepsFlows: Bool { get }

    /// Takes the id of a flow that ended, after its snapshot if that was wanted.
    mutating func forget(flow id: UInt64)
}

extension FlowObserver where Self: ~Copyable {
    /// None: who only follows flows asks for no counts.
    public func wantsTraffic(of flow: FlowSnapshot, ofInterest: Bool) -> TrafficInterest { .none }

    /// False: what is counted on trial has shown nothing yet.
    public func isWorthFollowing(_ traffic: FlowTraffic?) -> Bool { false }

    /// False: who only follows flows waits for reports.
    public var wantsGlances: Bool { false }

    /// 0: an observer that only follows flows needs no kinds.
    public var kind: UInt8 { 0 }

    /// Does nothing.
    public mutating func count(_ flow: EndedFlow) {}

    /// False: who only follows flows asks for no questions.
    public var wantsQuestions: Bool { false }

    /// False: who only follows flows keeps nothing of them.
    public var keepsFlows: Bool { false }

    /// Does nothing.
    public mutating func forget(flow id: UInt64) {}

    /// Does nothing.
    public mutating func observe(_ question: DNSQuestion, in flow: FlowSnapshot) {}
}

/// The counts of an ended flow whose end is not reported: a summary of all traffic adds them up.
public struct EndedFlow: Equatable, Sendable {
    /// The kind that the observer gave the flow when it was named; 0 for none.
    public let kind: UInt8
    /// Whether it had a name.
    public let isNamed: Bool
    /// Layer-3 bytes from the client.
    public let bytesUp: UInt64
    /// Layer-3 bytes to the client.
    public let bytesDown: UInt64

    /// A flow of these counts.
    public init(kind: UInt8, isNamed: Bool, bytesUp: UInt64, bytesDown: UInt64) {
        self.kind = kind
        self.isNamed = isNamed
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
    }

    /// The most layer-3 bytes that a flow can have without having said anything: a SYN, its answer, and their repetitions.
    public static var bareHandshake: UInt64 { 512 }
}
