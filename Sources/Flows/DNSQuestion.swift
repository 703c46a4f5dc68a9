public import Bytes
public import Protocols

/// A question that a client put to a resolver in the clear.
public struct DNSQuestion: Equatable, Sendable {
    /// When it was seen.
    public var time: Timestamp
    /// The name asked for, in lower case and without a trailing dot.
    public var name: String
    /// The type asked for.
    public var type: DNSType
    /// Who was asked.
    public var resolver: IPAddress

    /// A question of all its parts.
    public init(time: Timestamp, name: String, type: DNSType, resolver: IPAddress) {
        self.time = time
        self.name = name
        self.type = type
        self.resolver = resolver
    }
}
