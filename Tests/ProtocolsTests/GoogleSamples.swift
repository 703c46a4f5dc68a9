import TestSupport

/// Datagrams of Google QUIC, put together by hand.
enum GoogleSamples {
    /// A CHLO message with three entries, of which SNI is the second.
    static let hello: [UInt8] =
        Array("CHLO".utf8) + [3, 0, 0, 0] + Array("PAD\0".utf8) + [4, 0, 0, 0] + Array("SNI\0".utf8) + [15, 0, 0, 0]
        + Array("VER\0".utf8) + [19, 0, 0, 0] + Array("----Example.COMQ043".utf8)

    /// Public header with the version, a packet number, a hash and a stream frame before the message.
    static let q043: [UInt8] =
        [0x09, 1, 2, 3, 4, 5, 6, 7, 8] + Array("Q043".utf8) + [1] + [UInt8](repeating: 0xaa, count: 12)
        + [0xa0, 0x01, 0x00, 0x04] + hello

    /// Long header with a connection id of 8 bytes.
    static let q046: [UInt8] =
        [0xc3] + Array("Q046".utf8) + [0x50, 1, 2, 3, 4, 5, 6, 7, 8] + [0, 0, 0, 1]
        + [UInt8](repeating: 0xaa, count: 12) + [0xa0, 0x01, 0x00, 0x04] + hello
}
