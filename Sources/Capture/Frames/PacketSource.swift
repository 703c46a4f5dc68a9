public import Bytes

/// What the source says about one frame, beside its bytes.
@frozen
public struct FrameHeader: Sendable, BitwiseCopyable {
    /// When it was captured.
    public var time: Timestamp
    /// Its length on the wire, in bytes; at least the captured length.
    public var wireLength: Int
    /// Its link type.
    public var linkType: LinkType
    /// Which of the source's interfaces it came from: an index into `PacketSource.interfaces`.
    public var interface: UInt16

    /// A header of all its parts.
    @inlinable
    public init(time: Timestamp, wireLength: Int, linkType: LinkType, interface: UInt16) {
        self.time = time
        self.wireLength = wireLength
        self.linkType = linkType
        self.interface = interface
    }
}

/// Anyone who takes frames from a source.
public protocol FrameHandler: ~Copyable {
    /// Takes one frame. `bytes` are borrowed: they are gone when this returns.
    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan)

    /// Takes one frame whose bytes are in `block` from `offset` on, and stay there as long as that is held. Anyone who keeps no
    /// frames does without it.
    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan, in block: FrameBlock, at offset: Int)
}

extension FrameHandler where Self: ~Copyable {
    /// Takes the frame as one that is borrowed.
    @inlinable @inline(__always)
    public mutating func handle(_ header: FrameHeader, _ bytes: RawSpan, in block: FrameBlock, at offset: Int) {
        handle(header, bytes)
    }
}

/// What came of one read.
public enum ReadOutcome: Equatable, Sendable {
    /// So many frames were passed on; there may be more at once.
    case frames(Int)
    /// A live source had none within its time-out.
    case idle
    /// There will be no more.
    case end
}

/// Loss and damage as a source counts them; totals since it was opened.
public struct CaptureStatistics: Equatable, Sendable {
    /// Frames passed on.
    public var packets: UInt64 = 0
    /// Their bytes on the wire.
    public var bytes: UInt64 = 0
    /// Lost in the kernel because the ring was full (`ps_drop`).
    public var droppedByKernel: UInt64 = 0
    /// Lost in the interface or its driver (`ps_ifdrop`).
    public var droppedByInterface: UInt64 = 0
    /// Frames of which less was captured than was on the wire.
    public var truncated: UInt64 = 0
    /// Left out by the filter, where the source itself applied it.
    public var filtered: UInt64 = 0
    /// Records of a file that could not be read.
    public var damaged: UInt64 = 0

    /// Files that could not be read, although they were named or are named like captures.
    public var unreadFiles: UInt64 = 0
    /// Files of directories that are not captures.
    public var skippedFiles: UInt64 = 0

    /// Nothing counted yet.
    public init() {}
}

/// One interface, or one file's section of it, that frames come from.
public struct InterfaceDescription: Hashable, Sendable {
    /// `eth0`, or the name a pcapng file gives, or the file's own name.
    public var name: String
    /// Its link type.
    public var linkType: LinkType
    /// The most bytes of a frame that are captured; 0 if unlimited or unknown.
    public var snapshotLength: Int

    /// An interface of all its parts.
    public init(name: String, linkType: LinkType, snapshotLength: Int) {
        self.name = name
        self.linkType = linkType
        self.snapshotLength = snapshotLength
    }
}

/// Where frames come from: a file, a set of files, or a live interface.
///
/// One thread owns a source. Frames are passed on borrowed, in the source's own buffer; nothing is allocated a frame.
public protocol PacketSource: ~Copyable {
    /// The interfaces met so far; it only grows, and `FrameHeader.interface` is an index into it.
    var interfaces: [InterfaceDescription] { get }

    /// Loss and damage so far. Cost: for a live source one system call, otherwise a copy.
    var statistics: CaptureStatistics { mutating get }

    /// What a person should know about this source: one sentence each, the file or interface first. Bounded.
    var warnings: [String] { get }

    /// Passes on the frames that are there, at most `limit` of them, and says what came of it.
    ///
    /// A filter may suppress every frame of a call, so `frames(0)` does not mean the end. Damage within a file is
    /// counted and warned of, and never thrown; a live source throws when its interface fails.
    mutating func read<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> ReadOutcome
}

extension CaptureStatistics {
    /// Adds what another source counted.
    public mutating func add(_ other: CaptureStatistics) {
        packets &+= other.packets
        bytes &+= other.bytes
        droppedByKernel &+= other.droppedByKernel
        droppedByInterface &+= other.droppedByInterface
        truncated &+= other.truncated
        filtered &+= other.filtered
        damaged &+= other.damaged
        unreadFiles &+= other.unreadFiles
        skippedFiles &+= other.skippedFiles
    }
}
