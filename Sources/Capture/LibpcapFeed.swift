import Bytes
import CPcap

/// A capture in a format that only libpcap reads, rewritten as the pcap records of this process's byte order.
///
/// It is for the rare rest (pcap dialects of other tools): one copy a frame, and the one record reader behind it.
@safe
final class LibpcapFeed: ByteFeed {
    private let handle: OpaquePointer
    private var pending: [UInt8] = []
    private var cursor = 0
    private var isEnded = false

    /// Opens the file; nothing where libpcap does not know its format either.
    init?(path: String) {
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        // Invariant: the path is passed as a copy for the call, and the message has the size that libpcap demands.
        let opened = unsafe pcap_open_offline_with_tstamp_precision(
            path, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
        guard let opened = unsafe opened else { return nil }
        unsafe handle = opened
        super.init()
        let linkType = LinkType(dlt: unsafe pcap_datalink(handle))
        // Version 2.4, no zone, no accuracy (the pcap header's fields in their order).
        append([
            0xA1B2_3C4D, 2 | 4 << 16, 0, 0, UInt32(clamping: unsafe pcap_snapshot(handle)), UInt32(linkType.rawValue),
        ])
    }

    deinit {
        // Invariant: the handle is this object's alone.
        unsafe pcap_close(handle)
    }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if cursor == pending.count { nextRecord() }
        let count = min(pending.count - cursor, buffer.count)
        // Invariant: `count` fits both the buffer and what is left of the record.
        unsafe buffer.copyBytes(from: pending[cursor..<cursor + count])
        cursor += count
        return count
    }

    private func nextRecord() {
        guard !isEnded else { return }
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        // Invariant: libpcap's header and bytes are used only before the next call on the handle.
        let status = unsafe pcap_next_ex(handle, &header, &bytes)
        guard status == 1, let header = unsafe header?.pointee else {
            isEnded = true
            // Invariant: the handle's message is a terminated string, copied at once.
            if status != PCAP_ERROR_BREAK { failure = unsafe String(cString: pcap_geterr(handle)) }
            return
        }
        pending.removeAll(keepingCapacity: true)
        cursor = 0
        let time = header.ts
        append([
            UInt32(truncatingIfNeeded: time.tv_sec), UInt32(truncatingIfNeeded: time.tv_usec), header.caplen,
            header.len,
        ])
        unsafe pending.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(header.caplen)))
    }

    private func append(_ words: [UInt32]) {
        for word in words {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                pending.append(UInt8(truncatingIfNeeded: word.littleEndian >> shift))
            }
        }
    }
}
