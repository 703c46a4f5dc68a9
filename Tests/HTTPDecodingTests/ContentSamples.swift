/// Compressed forms of a text, made by zlib, Brotli and Zstandard, and frames with permessage-deflate.
enum ContentSamples {
    static let gzip = """
        1f8b0800000000000203edc8b11100101000b0554c60299cd3bcc2ef7faca04f99b41d39224bdb7dc52c394ed60729a59452
        4a29a59452caefbc1dd0bc92681000001f8b08000000000002032b49cccc01005db4377c04000000
        """
    static let zlib = """
        789cedc8b11100101000b0554c60299cd3bcc2ef7faca04f99b41d39224bdb7dc52c394ed60729a594524a29a59452caefbc
        8d630c03
        """
    static let raw = """
        edc8b11100101000b0554c60299cd3bcc2ef7faca04f99b41d39224bdb7dc52c394ed60729a594524a29a59452caefbc
        """
    static let br = """
        1f6710f805ea64a95e485f0b660ac157210f56052490060400e272b671bd45
        """
    static let zstd = """
        28b52ffd0458ed0000a8636f6e74656e7420636f64696e6720746573742e200100a100fbc904a1f8a6a8
        """
    static let stacked = """
        789c934f17f8c1fa2a65659c473c771ad7c17045fe305695096c2c0c8f8ab615ee750500ace60ae9
        """
    /// Two messages, the second of which uses the first as context.
    static let takeover = "c18b01020304cb4acecdc855cb44910203c18a0102030443602920a72565e20002"
    /// Two messages without context.
    static let noTakeover = "c18b01020304cb4acecdc855cb44910203c19001020304cb4acecdc855cb04928bea8d987b0304"
}
