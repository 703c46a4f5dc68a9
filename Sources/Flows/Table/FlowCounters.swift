/// The tracker's counters: totals since it began. Every loss is counted here.
public struct FlowCounters: Equatable, Sendable {
    /// Flows that began.
    public var new: UInt64 = 0
    /// Flows that ended for lack of packets.
    public var idle: UInt64 = 0
    /// Answered flows that ended because the table was full or held too much memory.
    public var evicted: UInt64 = 0
    /// Unanswered flows that ended because too many of them were open.
    public var evictedUnanswered: UInt64 = 0
    /// Flows no one had answered that ended because the table was full or held too much memory.
    public var evictedOneWay: UInt64 = 0
    /// Packets of flows that found no place at all.
    public var refused: UInt64 = 0
    /// Ended TCP flows of which packets went one way only.
    public var oneSided: UInt64 = 0
    /// TCP flows whose beginning was not captured.
    public var midstream: UInt64 = 0
    /// Ended flows that had a name.
    public var named: UInt64 = 0
    /// Ended flows that carried payload and had none.
    public var unnamed: UInt64 = 0
    /// ClientHellos that were read to their end.
    public var hellosComplete: UInt64 = 0
    /// ClientHellos that ended before they were whole.
    public var hellosTruncated: UInt64 = 0
    /// ClientHellos that contradict the specification.
    public var hellosMalformed: UInt64 = 0
    /// ClientHellos past the bound.
    public var hellosOverLimit: UInt64 = 0
    /// DNS messages that were read.
    public var dnsMessages: UInt64 = 0
    /// DNS messages that contradict the specification.
    public var malformedDNS: UInt64 = 0
    /// Answers that no one was seen to ask for: nothing is learned from them.
    public var unaskedAnswers: UInt64 = 0
    /// Questions that were forgotten because too many of one flow waited for their answers.
    public var forgottenQuestions: UInt64 = 0
    /// UDP flows to port 443 whose first datagram may be a QUIC packet with a short header.
    public var shortHeaderFlows: UInt64 = 0
    /// QUIC Initial packets that began a connection on a flow that was known as something else.
    public var lateConnections: UInt64 = 0
    /// Bytes of a stream that came again with another value.
    public var conflictingBytes: UInt64 = 0
    /// Segments with payload that no receiver takes if they are, and that were not read: outside the window, or sent
    /// before the server's answer.
    public var refusedSegments: UInt64 = 0
    /// Segments that a receiver drops as a rule, though they are in its window: a wrong checksum, a signature or no ACK flag
    /// that the connection does not have, an old timestamp. They name a flow only if the receiver acknowledges them.
    public var doubtfulSegments: UInt64 = 0
    /// RST segments that no receiver takes, because their number is not the one that it expects.
    public var refusedResets: UInt64 = 0
    /// Readings that were given up because unfinished ones together held too much memory.
    public var released: UInt64 = 0

    /// Hellos that listed more names or numbers than are kept.
    public var hellosCut: UInt64 = 0
    /// Packets that were captured a second time, and are counted once.
    public var duplicates: UInt64 = 0
    /// Flows that continue one which ended for lack of packets or of room.
    public var continued: UInt64 = 0

    /// Flows whose requests are, or were, counted.
    public var followed: UInt64 = 0
    /// Flows whose requests were to be counted, and were not for lack of memory.
    public var unfollowed: UInt64 = 0

    /// Nothing counted.
    public init() {}
}
