public import Bytes

/// What reading a frame needs of its interface. Trivial, so that a copy is a load.
@usableFromInline
@frozen
struct InterfaceSlot: BitwiseCopyable, Sendable {
    /// Its index among the source's interfaces.
    @usableFromInline var index: UInt16
    @usableFromInline var linkType: LinkType
    @usableFromInline var snapshotLength: Int
    @usableFromInline var clock: TickClock
    /// The filter's program for its link type.
    @usableFromInline var program: PacketFilter.Program
    /// The drop totals that its statistics blocks reported last.
    var dropsByInterface: UInt64 = 0
    var dropsByKernel: UInt64 = 0
}
