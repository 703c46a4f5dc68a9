import CPcap

/// A network interface that can be captured from.
public struct LiveInterface: Hashable, Sendable {
    /// The name to capture by, as `eth0`.
    public let name: String
    /// What the system says about it; empty where it says nothing.
    public let summary: String
    /// Whether it is up.
    public let isUp: Bool
    /// Whether it is the loopback.
    public let isLoopback: Bool

    /// The interfaces of this machine as libpcap lists them. Throws where the system does not tell.
    public static func all() throws(CaptureError) -> [LiveInterface] {
        var list: UnsafeMutablePointer<pcap_if_t>?
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        // Invariant: the message has the size that libpcap demands; the list is read before it is freed, once.
        guard unsafe pcap_findalldevs(&list, &message) == 0 else {
            throw CaptureError(.interfaceFailed, "interfaces cannot be listed: \(bufferText(message))")
        }
        let first = unsafe list
        defer { unsafe pcap_freealldevs(first) }
        var interfaces: [LiveInterface] = []
        while let entry = unsafe list?.pointee {
            interfaces.append(unsafe LiveInterface(entry))
            unsafe list = entry.next
        }
        return interfaces
    }

    private init(_ entry: pcap_if_t) {
        // Invariant: the entry's strings are terminated and live as long as the list, which the caller holds.
        name = unsafe String(cString: entry.name)
        summary = unsafe entry.description.map { unsafe String(cString: $0) } ?? ""
        isUp = unsafe entry.flags & UInt32(PCAP_IF_UP) != 0
        isLoopback = unsafe entry.flags & UInt32(PCAP_IF_LOOPBACK) != 0
    }
}
