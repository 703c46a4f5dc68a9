public import Bytes
import CPcap

/// Where a dispatch's frames go: the generic handler behind a function that knows its type.
@usableFromInline
@safe
struct FrameSink {
    @usableFromInline let handler: UnsafeMutableRawPointer
    @usableFromInline let deliver: (UnsafeMutableRawPointer, FrameHeader, UnsafeRawBufferPointer) -> Void
    @usableFromInline var bytes: UInt64 = 0
    @usableFromInline var truncated: UInt64 = 0
    /// The time of the latest frame.
    @usableFromInline var newest = Timestamp.distantPast
    private var linkType = LinkType.ethernet
    private var fraction: Int64 = 1

    @usableFromInline
    init(
        _ handler: UnsafeMutableRawPointer,
        _ deliver: @escaping (UnsafeMutableRawPointer, FrameHeader, UnsafeRawBufferPointer) -> Void
    ) {
        unsafe self.handler = handler
        unsafe self.deliver = deliver
    }

    mutating func prepare(_ linkType: LinkType, _ fraction: Int64) {
        self.linkType = linkType
        self.fraction = fraction
    }

    mutating func take(_ header: pcap_pkthdr, _ start: UnsafePointer<UInt8>?) {
        let captured = Int(header.caplen)
        let length = max(Int(header.len), captured)
        let time = Timestamp(
            seconds: Int64(header.ts.tv_sec), nanoseconds: Int64(header.ts.tv_usec) &* fraction)
        bytes &+= UInt64(length)
        newest = time
        if captured < length { truncated &+= 1 }
        // Invariant: libpcap keeps `caplen` bytes in place until the callback returns.
        let frame = unsafe UnsafeRawBufferPointer(start: start, count: captured)
        unsafe deliver(handler, FrameHeader(time: time, wireLength: length, linkType: linkType, interface: 0), frame)
    }
}

/// libpcap's callback: the user pointer is the sink of the running dispatch.
func receiveFrame(
    _ user: UnsafeMutablePointer<UInt8>?, _ header: UnsafePointer<pcap_pkthdr>?, _ bytes: UnsafePointer<UInt8>?
) {
    guard let user = unsafe user, let header = unsafe header else { return }
    // Invariant: `dispatch` passed the address of a sink that lives for the call.
    unsafe UnsafeMutableRawPointer(user).assumingMemoryBound(to: FrameSink.self).pointee.take(header.pointee, bytes)
}
