public import Bytes
import CPcap

/// The frames of one live interface, or of all of them for `any`, through libpcap's memory-mapped ring.
///
/// One thread reads it; `stop` may be requested by any other. Frames are passed on in the ring itself.
public struct LiveCapture: ~Copyable, PacketSource {
    /// How an interface is captured from.
    public struct Options: Hashable, Sendable {
        /// The interface's name, or `any`.
        public var interface: String
        /// The most bytes of a frame that are kept; the default holds the largest that offloading makes.
        public var snapshotLength = 262_144
        /// The kernel's ring, in bytes.
        public var bufferSize = 16 << 20
        /// Whether frames for other machines are captured too.
        public var isPromiscuous = false
        /// How long the kernel may hold frames back to pass on many at once.
        public var timeoutMilliseconds = 100
        /// How long a read waits for frames at most: the kernel ends the wait when it hands some over. `nil` for as long as it
        /// may hold them back.
        public var waitMilliseconds: Int?
        /// A filter in libpcap's language, applied in the kernel; empty means none.
        public var filter = ""

        /// The defaults, on `interface`.
        public init(interface: String) {
            self.interface = interface
        }
    }

    @usableFromInline let handle: PcapHandle
    /// How long the kernel may hold frames back.
    @usableFromInline let timeout: Int
    /// How long a read waits at most.
    @usableFromInline let longestWait: Int
    @usableFromInline var counters = CaptureStatistics()
    @usableFromInline var latest = Timestamp.distantPast
    private var drops = DropCounterWidener()
    /// Ends the reading, from any thread or a signal handler.
    public let stop: CaptureStop
    /// The one interface.
    public let interfaces: [InterfaceDescription]
    /// What libpcap warned of when the interface was opened.
    public let warnings: [String]

    /// Opens the interface, `sharing` its frames with the other captures of a group if there is one. Throws with what is
    /// missing where that fails: a permission, the interface, a right filter.
    public init(
        _ options: Options, stop: CaptureStop = CaptureStop(), sharing group: FanoutGroup? = nil
    ) throws(CaptureError) {
        let opened = try PcapHandle(options, sharing: group)
        handle = opened
        timeout = options.timeoutMilliseconds
        // Not `?? timeout`: the autoclosure would capture a value that cannot be copied before it is whole, and the optimizer
        // of Swift 6.3 then releases `handle` once too often.
        longestWait = max(options.waitMilliseconds ?? 0, options.timeoutMilliseconds)
        self.stop = stop
        interfaces = [
            InterfaceDescription(
                name: options.interface, linkType: opened.linkType, snapshotLength: options.snapshotLength)
        ]
        warnings = opened.warning.map { [$0] } ?? []
    }

    /// The time of the frame that was passed on last.
    public var newest: Timestamp { latest }

    /// What was read, and what the kernel and the interface lost, as totals that do not wrap. One system call.
    public var statistics: CaptureStatistics {
        mutating get {
            if let now = handle.dropped() { drops.update(kernel: now.kernel, interface: now.interface) }
            counters.droppedByKernel = drops.kernel
            counters.droppedByInterface = drops.interface
            return counters
        }
    }

    /// Passes on the frames in the ring, at most `limit`; waits for the time-out if there are none.
    ///
    /// `end` comes only after a stop was requested. Throws if the interface fails. One indirect call a frame.
    @inlinable
    public mutating func read<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> ReadOutcome {
        guard !stop.isRequested else { return .end }
        var count = try dispatch(into: &handler, limit: limit)
        if count == 0 {
            handle.wait(stop, milliseconds: longestWait)
            guard !stop.isRequested else { return .end }
            count = try dispatch(into: &handler, limit: limit)
        }
        return count == 0 ? .idle : .frames(count)
    }

    /// Whether the interface is there and up. Two system calls.
    public var isUp: Bool { handle.isUp }

    /// Whether the interface that was opened is still there, up or down. After it has gone, reading throws, and `resume` may
    /// continue with another of the same name. One system call.
    public var isPresent: Bool { handle.isPresent }

    /// Continues with the interface that has the name now, on the same socket and ring, which needs no right; false if there
    /// is none, or one of another kind, and always where frames are shared out: the kernel binds such a socket only once.
    ///
    /// - Throws: if this process may not bind the socket again.
    public mutating func resume() throws(CaptureError) -> Bool { try handle.resume() }

    /// The packet socket, for anyone who limits what can be done with it. It is closed with the capture.
    public var descriptor: Int32 { handle.descriptor }

    /// Waits as a read without frames does: for the time-out, or for a stop.
    public func pause() { handle.pause(stop, milliseconds: longestWait) }

    /// Passes on what is still in the ring after a stop was requested, at most `limit` frames; waits for the time-out where
    /// there are none, since the kernel hands a block over when it is full or as old as that.
    ///
    /// The kernel continues capturing, so that frames with a time after the stop may follow: `newest` tells.
    @inlinable
    public mutating func drain<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> ReadOutcome {
        var count = try dispatch(into: &handler, limit: limit)
        if count == 0 {
            handle.wait(nil, milliseconds: timeout)
            count = try dispatch(into: &handler, limit: limit)
        }
        return count == 0 ? .idle : .frames(count)
    }

    @inlinable
    mutating func dispatch<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> Int {
        // A limit below one would mean all there are, without end.
        let bounded = max(limit, 1)
        // Invariant: the handler is borrowed for the call, and the function casts its address back to its own type.
        var sink = unsafe withUnsafeMutablePointer(to: &handler) { pointer in
            unsafe FrameSink(UnsafeMutableRawPointer(pointer)) { raw, header, bytes in
                unsafe raw.assumingMemoryBound(to: Handler.self).pointee.handle(header, bytes.bytes)
            }
        }
        let count = try dispatch(bounded, &sink)
        counters.packets &+= UInt64(truncatingIfNeeded: count)
        counters.bytes &+= sink.bytes
        counters.truncated &+= sink.truncated
        if count > 0 { latest = sink.newest }
        return count
    }

    /// Passes on at most `limit` frames in slices, until the ring has no more or `longest` has passed: frames that are costly to
    /// follow must not keep the owner from looking at its clock.
    @usableFromInline
    func dispatch(_ limit: Int, _ sink: inout FrameSink) throws(CaptureError) -> Int {
        var count = 0
        let end = ContinuousClock.now.advanced(by: Self.longest)
        while count < limit {
            let wanted = min(Self.slice, limit - count)
            var taken = 0
            do throws(CaptureError) {
                taken = try handle.dispatch(limit: wanted, &sink)
            } catch {
                // What was taken is counted first; the next read meets the error again.
                guard count > 0 else { throw error }
                break
            }
            count += taken
            guard taken == wanted, ContinuousClock.now < end else { break }
        }
        return count
    }

    /// The frames between two looks at the clock.
    private static var slice: Int { 64 }
    /// How long one read may pass on frames.
    private static var longest: Duration { .milliseconds(100) }
}

// Invariant: the handle is reached through this value alone and moves with it.
extension LiveCapture: @unchecked Sendable {}

/// Captures of one interface among which the kernel shares its frames out: each frame is in one of their rings (packet(7),
/// PACKET_FANOUT).
///
/// Shared out by a hash of both ends, the same for both directions, so that a flow's frames are in one ring in their order;
/// a ring that is full passes frames on to the next. What the kernel takes for a flow need not be what is inside a
/// tunnel, and of a fragment it sees no ports: anyone who follows flows has to bring the rings' frames together, by their times.
/// Nothing is built by the kernel, since frames are to be counted as they came.
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
