/// The same text in each form that is decompressed, made by zlib and the `zstd` program.
enum CompressedSamples {
    static let text = Array(String(repeating: "decompression of data in pieces, one after another. ", count: 60).utf8)

    static let gzip = hex(
        """
        1f8b0800000000000203edcbc10dc0300803c0553c40d59d5070d43c0a11647f7590fafee71cf9ee62f7ca404eb81dc3
        0aecc5c1be9041d83c2c58e47958375c47474747474747474747e717e703ab6e539a300c0000
        """)

    static let zlib = hex(
        """
        78daedcbc10dc0300803c0553c40d59d5070d43c0a11647f7590fafee71cf9ee62f7ca404eb81dc30aecc5c1be9041d8
        3c2c58e47958375c47474747474747474747e717e703ba566b19
        """)

    static let raw = hex(
        """
        edcbc10dc0300803c0553c40d59d5070d43c0a11647f7590fafee71cf9ee62f7ca404eb81dc30aecc5c1be9041d83c2c
        58e47958375c47474747474747474747e717e703
        """)

    static let zstd = hex(
        """
        28b52ffd04689d010042430a0ed0e79277564099922c70a44194160de79237ea3909d5f602b4709d5a959246c96b2f44
        df31171e01010094bfeb2b28f323b525
        """)

    private static func hex(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
