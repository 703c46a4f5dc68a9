import Bytes

/// One record or packet as it is counted: nothing of what it holds.
struct TrafficUnit {
    /// When its first byte passed.
    var time: Timestamp
    /// Its application bytes, as far as encryption lets them be known.
    var size: Int
    /// The sequence number of its first byte; 0 where the transport has none in the clear.
    var sequence: UInt32 = 0
    /// Up to where its sender had received the other direction.
    var acknowledgment: UInt32 = 0

    /// Whether its sender had received the byte at `sequence` of the other direction.
    func acknowledges(_ sequence: UInt32) -> Bool { Int32(bitPattern: acknowledgment &- sequence) > 0 }
}
