/// The words for numbers of the wire: versions and cipher suites.
enum JSONKeywords {
    /// A TLS version (RFC 8446 section 4.2.1 and before): `1.3`; hexadecimal if it is not one of them.
    static func tlsVersion(_ version: UInt16) -> String {
        switch version {
        case 0x0304: "1.3"
        case 0x0303: "1.2"
        case 0x0302: "1.1"
        case 0x0301: "1.0"
        case 0x0300: "ssl3"
        case 0x0002: "ssl2"
        default: hexadecimal(UInt32(version), digits: 4)
        }
    }

    /// A cipher suite by its name in the IANA registry if it is one that is still negotiated, otherwise hexadecimal.
    static func cipherSuite(_ suite: UInt16) -> String {
        switch suite {
        case 0x1301: "TLS_AES_128_GCM_SHA256"
        case 0x1302: "TLS_AES_256_GCM_SHA384"
        case 0x1303: "TLS_CHACHA20_POLY1305_SHA256"
        case 0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256"
        case 0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384"
        case 0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
        case 0x009F: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"
        case 0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        case 0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        case 0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        case 0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        case 0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        case 0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
        default: hexadecimal(UInt32(suite), digits: 4)
        }
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
