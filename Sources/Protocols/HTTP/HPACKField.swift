/// One header field as HPACK carries it: bytes, of which the caller decides what they are.
struct HPACKField: Equatable {
    var name: [UInt8]
    var value: [UInt8]

    /// What the field takes from a table's capacity (RFC 7541 section 4.1).
    var size: Int { name.count &+ value.count &+ 32 }
}
