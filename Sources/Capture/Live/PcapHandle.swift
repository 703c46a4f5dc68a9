import Bytes
import CPcap
import Glibc

/// A live libpcap handle: everything about it that is not generic.
@usableFromInline
@safe
final class PcapHandle {
    let handle: OpaquePointer
    let name: String
    let isPromiscuous: Bool
    /// The interface's number, as long as it is the same; 0 if all interfaces are meant.
    var index: Int32 = 0
    var hardware: Int32 = 0
    let linkType: LinkType
    private let fraction: Int64
    let warning: String?

    /// Opens and activates the interface, with its filter in the kernel, as one of `group` if there is one.
    init(_ options: LiveCapture.Options, sharing group: FanoutGroup?) throws(CaptureError) {
        name = options.interface
        isPromiscuous = options.isPromiscuous
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        // Invariant: the message has the size that libpcap demands. From here on the handle is closed in `deinit`.
        guard let handle = unsafe pcap_create(options.interface, &message) else {
            throw CaptureError(.interfaceFailed, "\(options.interface): \(bufferText(message))")
        }
        unsafe self.handle = handle
        unsafe pcap_set_snaplen(handle, Int32(clamping: options.snapshotLength))
        unsafe pcap_set_promisc(handle, options.isPromiscuous ? 1 : 0)
        unsafe pcap_set_timeout(handle, Int32(clamping: options.timeoutMilliseconds))
        unsafe pcap_set_buffer_size(handle, Int32(clamping: options.bufferSize))
        unsafe pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
        let status = unsafe pcap_activate(handle)
        let text = unsafe String(cString: pcap_geterr(handle))
        guard status >= 0 else {
            unsafe pcap_close(handle)
            throw Self.error(status, of: options.interface, text: text)
        }
        warning = status > 0 ? "\(options.interface): \(text.isEmpty ? "libpcap warning \(status)" : text)" : nil
        linkType = LinkType(dlt: unsafe pcap_datalink(handle))
        fraction = unsafe pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000
        if name != "any" {
            index = unsafe capture_interface_index(descriptor, name)
            hardware = unsafe capture_interface_type(descriptor, name)
        }
        try prepare(options.filter)
        // Last, so that no frame is shared out to a ring that would not keep it.
        try group?.join(descriptor, name)
    }

    deinit {
        // Invariant: the handle is this object's alone.
        unsafe pcap_close(handle)
    }

    private func prepare(_ filter: String) throws(CaptureError) {
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        // Invariant: as above. Waiting is done by `wait`, which a stop can end.
        guard unsafe pcap_setnonblock(handle, 1, &message) == 0 else {
            throw CaptureError(.interfaceFailed, "\(name): \(bufferText(message))")
        }
        guard !filter.isEmpty else { return }
        var program = unsafe bpf_program()
        guard unsafe pcap_compile(handle, &program, filter, 1, bpf_u_int32.max) == 0 else {
            throw CaptureError(.badFilter, "filter '\(filter)': \(lastMessage)")
        }
        // Invariant: the program was compiled and is freed once; the kernel has its own copy.
        defer { unsafe pcap_freecode(&program) }
        guard unsafe pcap_setfilter(handle, &program) == 0 else {
            throw CaptureError(.badFilter, "filter '\(filter)' on \(name): \(lastMessage)")
        }
    }

    /// Hands at most `limit` frames to `sink` and returns how many. No allocation a frame.
    @usableFromInline
    func dispatch(limit: Int, _ sink: inout FrameSink) throws(CaptureError) -> Int {
        sink.prepare(linkType, fraction)
        // Invariant: libpcap calls back only during the call, while the sink is borrowed.
        let count = unsafe withUnsafeMutablePointer(to: &sink) { pointer in
            unsafe pcap_dispatch(
                handle, Int32(clamping: limit), receiveFrame,
                UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self))
        }
        if count == PCAP_ERROR_BREAK { return 0 }
        guard count >= 0 else { throw CaptureError(.interfaceFailed, "\(name): capture failed: \(lastMessage)") }
        return Int(count)
    }

    /// Waits for frames, for a stop if there is one to read, or for the time-out.
    @usableFromInline
    func wait(_ stop: CaptureStop?, milliseconds: Int) {
        // A descriptor below zero is none to poll(2).
        var descriptors = [
            pollfd(fd: unsafe pcap_get_selectable_fd(handle), events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        // Invariant: the array is borrowed for the call. A signal ends the wait early, which is as good as a time-out.
        _ = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: milliseconds))
    }

    /// Waits for a stop or for the time-out.
    func pause(_ stop: CaptureStop, milliseconds: Int) {
        var descriptor = pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)
        // Invariant: one structure, borrowed for the call.
        _ = unsafe poll(&descriptor, 1, Int32(clamping: milliseconds))
    }

    /// What was lost so far, in counters of 32 bits that wrap.
    func dropped() -> (kernel: UInt32, interface: UInt32)? {
        var counters = pcap_stat()
        // Invariant: the structure is written only during the call.
        guard unsafe pcap_stats(handle, &counters) == 0 else { return nil }
        return (counters.ps_drop, counters.ps_ifdrop)
    }

    // Invariant: the handle's message is a terminated string, copied at once.
    private var lastMessage: String { unsafe String(cString: pcap_geterr(handle)) }

    private static func error(_ status: Int32, of name: String, text: String) -> CaptureError {
        let detail = text.isEmpty ? unsafe String(cString: pcap_statustostr(status)) : text
        switch status {
        case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
            return CaptureError(
                .notPermitted,
                """
                \(name): capturing is not permitted (\(detail)); it needs CAP_NET_RAW: run as root, or once \
                'sudo setcap cap_net_raw=ep PATH-OF-EGRET'; in Docker '--cap-add NET_RAW' with the container's user \
                root; in Kubernetes 'securityContext: {runAsUser: 0, capabilities: {drop: [ALL], add: [NET_RAW]}}'
                """)
        case PCAP_ERROR_NO_SUCH_DEVICE:
            let names = (try? LiveInterface.all())?.map(\.name).joined(separator: ", ") ?? "unknown"
            return CaptureError(.noSuchInterface, "\(name): there is no such interface; there are: \(names)")
        case PCAP_ERROR_IFACE_NOT_UP:
            return CaptureError(
                .interfaceFailed, "\(name): the interface is down; 'ip link set \(name) up' brings it up")
        default:
            return CaptureError(.interfaceFailed, "\(name): cannot be captured from: \(detail)")
        }
    }
}

/// Totals of 64 bits over counters of 32 that wrap.
struct DropCounterWidener {
    private(set) var kernel: UInt64 = 0
    private(set) var interface: UInt64 = 0
    private var last: (kernel: UInt32, interface: UInt32) = (0, 0)

    /// Adopts the counters as they are now; right as long as none wraps twice between two calls.
    mutating func update(kernel: UInt32, interface: UInt32) {
        self.kernel &+= UInt64(kernel &- last.kernel)
        self.interface &+= UInt64(interface &- last.interface)
        last = (kernel, interface)
    }
}

extension PcapHandle {
    /// Whether the interface is the one that was opened, and up.
    var isUp: Bool {
        guard index != 0 else { return true }
        // Invariant: the name is a terminated copy for each call.
        let flags = unsafe capture_interface_flags(descriptor, name)
        return isPresent && flags >= 0 && flags & Int32(IFF_UP) != 0
    }

    /// Whether there is still the interface that was opened, up or down.
    var isPresent: Bool {
        // Invariant: as above.
        unsafe index == 0 || capture_interface_index(descriptor, name) == index
    }

    /// Continues with the interface that has the name now; false if there is none, or one of another kind.
    ///
    /// - Throws: if this process may not bind the socket again, as in the sandbox.
    func resume() throws(CaptureError) -> Bool {
        // Invariant: as above. The socket and its ring stay as they are; only what they are bound to changes.
        let now = unsafe capture_interface_index(descriptor, name)
        guard now > 0, unsafe capture_interface_type(descriptor, name) == hardware else { return false }
        let status = capture_bind(descriptor, now, isPromiscuous ? 1 : 0)
        guard status != -EPERM else {
            throw CaptureError(
                .interfaceFailed,
                "\(name): the interface is another one than before, and the sandbox lets no socket be bound to it; "
                    + "the service manager starts egret again, or service.rebind allows it")
        }
        guard status == 0 else { return false }
        index = now
        return true
    }

    /// The packet socket.
    var descriptor: Int32 {
        // Invariant: the handle is open as long as this object is.
        unsafe pcap_fileno(handle)
    }
}
