import CPsl

/// The Public Suffix List as libpsl carries it: below which names people register their own.
///
/// The list is the one built into the library, a constant of the process: no file is read and nothing is ever freed.
/// Cost of a question: a copy of the name and a few searches; for events, not for packets. Names are matched in ASCII,
/// as they are on the wire; case and one trailing dot do not matter.
public enum PublicSuffixList {
    /// The registrable domain of `host`: the public suffix that it is below and one label more, in lower case.
    ///
    /// Nothing for a public suffix itself, for an address, and for what no host name in ASCII can be. A name whose
    /// last label is on no list is judged as if that label were a public suffix, as the list's own rules say.
    public static func registrableDomain(of host: String) -> String? {
        // Invariant: the pointer is to a constant of the library, or null, which is nothing here.
        guard let name = normalized(host), let list = unsafe psl_builtin() else { return nil }
        // Invariant: the text ends with a zero and lives for the call; what is returned points into it, or is null, and is
        // copied before the call ends.
        return unsafe name.withCString { text in
            guard let domain = unsafe psl_registrable_domain(list, text) else { return nil }
            return unsafe String(cString: domain)
        }
    }

    /// Whether `name` is a suffix below which registries give out names (the list's ICANN section): `com`, `co.uk`.
    ///
    /// Suffixes that companies registered for their customers are none: anyone who owns one may be named for all of it.
    public static func isRegistrySuffix(_ name: String) -> Bool {
        // Invariant: the pointer is to a constant of the library, or null, which is nothing here.
        guard let name = normalized(name), let list = unsafe psl_builtin() else { return false }
        let sections = PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE
        // Invariant: the text ends with a zero and lives for the call, which keeps no pointer to it.
        return unsafe name.withCString { text in unsafe psl_is_public_suffix2(list, text, sections) == 1 }
    }

    /// The name in lower case without its trailing dot; `nil` if it can be no host name.
    private static func normalized(_ host: String) -> String? {
        var bytes = Array(host.utf8)
        if bytes.last == dot { bytes.removeLast() }
        guard !bytes.isEmpty, bytes.count <= maximumLength else { return nil }
        // No top-level domain is a number (RFC 3696 section 2): that is an IPv4 address.
        var lastLabelIsNumber = true
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte > space, byte < delete, byte != colon else { return nil }
            if byte == dot {
                lastLabelIsNumber = true
            } else if byte < zero || byte > nine {
                lastLabelIsNumber = false
            }
            if byte &- 0x41 < 26 { bytes[index] = byte | 0x20 }
        }
        return lastLabelIsNumber ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// The longest name in text (RFC 1035 section 2.3.4).
    private static let maximumLength = 253
    private static let space = UInt8(ascii: " ")
    private static let delete: UInt8 = 0x7F
    private static let colon = UInt8(ascii: ":")
    private static let dot = UInt8(ascii: ".")
    private static let zero = UInt8(ascii: "0")
    private static let nine = UInt8(ascii: "9")
}
