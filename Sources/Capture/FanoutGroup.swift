import CPcap

/// Captures of one interface among which the kernel shares its frames out: each frame is in one of their rings (packet(7),
/// PACKET_FANOUT).
///
/// Shared out by a hash of both ends, the same for both directions, so that a flow's frames lie in one ring in their order;
/// a ring that is full passes frames on to the next. What the kernel takes for a flow need not be what stands inside a
/// tunnel, and of a fragment it sees no ports: whoever follows flows has to bring the rings' frames together, by their times.
/// Nothing is put together by the kernel, since frames are to be counted as they came.
public final class FanoutGroup {
    /// The group's number, once its first capture has made it.
    private var number: UInt16?

    /// A group of no captures.
    public init() {}

    /// Adds a packet socket that is bound.
    func join(_ descriptor: Int32, _ name: String) throws(CaptureError) {
        let joined = capture_fanout(descriptor, Int32(number ?? 0), number == nil ? 1 : 0)
        guard joined >= 0 else {
            throw CaptureError(
                .interfaceFailed, "\(name): frames cannot be shared out over several rings: error \(-joined)")
        }
        number = UInt16(truncatingIfNeeded: joined)
    }
}
