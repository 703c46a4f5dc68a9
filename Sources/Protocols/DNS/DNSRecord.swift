public import Bytes

/// One thing that a DNS answer says, with names as ranges of the text of the `DNSAnswerSet` that holds it.
@frozen
public struct DNSRecord: Equatable, Sendable, BitwiseCopyable {
    /// What the record says of its owner.
    @frozen
    public enum Content: Equatable, Sendable, BitwiseCopyable {
        /// The owner has this address (A, AAAA).
        case address(IPAddress)
        /// A service binding names this address for its target (`ipv4hint`, `ipv6hint`; RFC 9460 section 7.3).
        case hint(IPAddress)
        /// The owner is another name for this one (CNAME).
        case alias(ByteRange)
        /// A service binding (HTTPS, SVCB).
        case service(DNSService)
        /// A service binding holds an ECH configuration of this public name (RFC 9849 section 4).
        case publicName(ByteRange)
    }

    /// The name that the record belongs to.
    public var owner: ByteRange
    /// How long it may be kept, in seconds; a value past 2^31 counts as 0 (RFC 2181 section 8).
    public var timeToLive: UInt32
    /// What it says.
    public var content: Content

    /// A record of all its parts.
    @inlinable
    public init(owner: ByteRange, timeToLive: UInt32, content: Content) {
        self.owner = owner
        self.timeToLive = timeToLive > UInt32(Int32.max) ? 0 : timeToLive
        self.content = content
    }
}

/// The fixed part of a service binding and what its parameters say in brief (RFC 9460 section 2.2).
///
/// Its address hints and the public names of its ECH configurations are records of their own, with the same owner.
@frozen
public struct DNSService: Equatable, Sendable, BitwiseCopyable {
    /// 0 where the record is only an alias of its target; otherwise lower is preferred.
    public var priority: UInt16
    /// The name that serves; a single dot where it is the owner itself.
    public var target: ByteRange
    /// The `alpn` parameter as sent: identifiers, each behind a byte of length; checked. Empty where absent.
    public var applicationProtocols: ByteRange
    /// The number of bytes of the `ech` parameter; 0 where absent.
    public var echLength: UInt16

    /// A binding to `target` without parameters.
    @inlinable
    public init(priority: UInt16, target: ByteRange) {
        self.priority = priority
        self.target = target
        self.applicationProtocols = .empty
        self.echLength = 0
    }

    /// Whether the record offers Encrypted Client Hello.
    @inlinable public var offersECH: Bool { echLength > 0 }
}
