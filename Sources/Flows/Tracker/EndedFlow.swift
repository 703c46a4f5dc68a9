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
