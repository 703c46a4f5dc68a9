public import Bytes

extension LinkType {
    /// The link type of a DLT_ number as libpcap's handles have it on Linux.
    ///
    /// The two registries differ only where systems had chosen their own numbers: raw IP is 12 here, 14 on OpenBSD.
    public init(dlt: Int32) {
        self = dlt == 12 || dlt == 14 ? .raw : LinkType(rawValue: UInt16(clamping: dlt))
    }

    /// The DLT_ number that libpcap's filter compiler takes for this link type on Linux.
    public var dlt: Int32 { self == .raw ? 12 : Int32(rawValue) }

    /// The link type of a pcap file's network field.
    ///
    /// Only the low 16 bits name it; above them stand the length of a frame check sequence and reserved bits.
    init(network: UInt32) {
        self.init(dlt: Int32(network & 0xFFFF))
    }
}
