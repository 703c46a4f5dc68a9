public import Bytes
public import Protocols
import Wire

/// Everything known of one flow at one moment: what attribution names, rules judge and events print.
///
/// Owned and free of references into packets. Made when a flow starts, is named, is reported or ends, never for a packet.
public struct FlowSnapshot: Sendable {
    /// One end of a flow.
    public struct Endpoint: Hashable, Sendable {
        /// The address.
        public var address: IPAddress
        /// The port, 0 where the transport has none.
        public var port: UInt16

        /// The end at `address` and `port`.
        public init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// The transport above IP.
    public enum Transport: String, Sendable, CaseIterable { case tcp, udp }

    /// The position of the connection.
    public enum State: String, Sendable, CaseIterable {
        /// A SYN without an answer.
        case opening
        /// Packets both ways, or data.
        case established
        /// Closed by FIN or RST.
        case closed
        /// UDP and others: packets one way only.
        case oneWay = "one_way"
    }

    /// Why a flow ended.
    public enum EndReason: String, Sendable, CaseIterable {
        case fin, rst
        /// No packet for the idle time-out.
        case idle
        /// The table was full and this flow was the least worth keeping.
        case evicted
        /// A new connection with the same ends began.
        case reused
        /// The capture ended or the sensor stopped.
        case endOfCapture = "end_of_capture"
    }

    /// Who opened the flow, seen from the private side.
    public enum Direction: String, Sendable, CaseIterable { case outbound, inbound, `internal`, external }

    /// Sixteen hexadecimal digits as a number: from the ends and the start, the same in every run.
    public var id: UInt64 = 0
    /// 1 for the first report of a flow, growing by one with each.
    public var part = 1
    /// Whether this is the last report.
    public var isFinal = false
    /// The position of the connection.
    public var state = State.established
    /// Set on the last report only.
    public var endReason: EndReason?
    /// The first packet's time.
    public var start = Timestamp(nanoseconds: 0)
    /// The latest packet's time; never before `start`.
    public var end = Timestamp(nanoseconds: 0)
    /// Layer-3 bytes from the client, by the packets' own length fields; totals since the start.
    public var bytesUp: UInt64 = 0
    /// Layer-3 bytes to the client.
    public var bytesDown: UInt64 = 0
    /// Packets from the client.
    public var packetsUp: UInt64 = 0
    /// Packets to the client.
    public var packetsDown: UInt64 = 0
    /// Bytes of the TCP streams that were never captured, both ways together, as far as sequence numbers show.
    public var missedBytes: UInt64 = 0
    /// Contradictions in what names the flow; see `Findings.conflicts`. Above zero the names cannot be relied on, and
    /// `names` has each that was read.
    public var conflicts = 0

    /// The end that opened the flow, or is taken for it.
    public var client: Endpoint
    /// The other end.
    public var server: Endpoint
    /// The transport protocol.
    public var transport = Transport.tcp
    /// The innermost protocol that was recognized.
    public var application = Application.unknown
    /// The request line of a flow in cleartext.
    public var http: HTTPFacts?
    /// How the client hides its DNS questions, where the flow looks like that.
    public var encryptedDNS: EncryptedDNS?
    /// The QUIC version of the first Initial packet, 0 where the flow is none.
    public var quicVersion: UInt32 = 0
    /// Who opened it, seen from the private side.
    public var direction = Direction.outbound
    /// The VLAN ids of the client's packets, outermost first; empty if untagged.
    public var vlans: [UInt16] = []
    /// The encapsulations of the client's packets, outermost first, `gre`, `vxlan:4242`; empty if there are none.
    public var tunnels: [String] = []
    /// The words that `tunnels` has, without the id that the innermost one may carry.
    public static let tunnelWords = Envelope.Tunnel.allCases.filter { $0 != .none }.map(\.name)
    /// The VLAN ids of the server's packets if they differ from `vlans`; empty if they are untagged.
    public var vlansDown: [UInt16]?
    /// The encapsulations of the server's packets if they differ from `tunnels`.
    public var tunnelsDown: [String]?
    /// The flow that this one continues, by its id: the same connection, which had been silent past the idle time-out or
    /// was evicted; its names are those that were read then.
    public var continues: UInt64?
    /// The interface's name, or the file's; empty where unknown.
    public var interface = ""
    /// Whether packets of it came through a tunnel whose ends are not trusted: anyone can send such packets in another's
    /// name.
    public var isUntrusted = false
    /// Whether the server answered: over TCP, whether it sent payload on a connection of which the client's side was seen
    /// too; over UDP, whether it sent a datagram; and of a QUIC connection, whether the client continued after that.
    public var isAnswered = true
    /// Whether the client speaks to a proxy and names the far host in its request.
    public var isViaProxy = false
    /// Whether the observer has called the flow one of interest.
    public var isOfInterest = false
    /// Whether the flow's beginning was not captured.
    public var isMidstream = false
    /// Every name found, best evidence first.
    public var names: [NameEvidence] = []
    /// Whether the names that DNS gives are several for one address, so that none of them is sure.
    public var isAmbiguous = false
    /// What the TLS or QUIC handshake says.
    public var tls: TLSFacts?
    /// What its records or packets tell of requests; `nil` if they are not counted.
    public var traffic: FlowTraffic?

    /// A flow between `client` and `server` of which nothing more is known.
    public init(client: Endpoint, server: Endpoint) {
        self.client = client
        self.server = server
    }

    /// Appends the flow's Community ID, version 1 (corelight/community-id-spec), in ASCII. Cost: a digest.
    public func appendCommunityID(to text: inout [UInt8]) {
        CommunityID.append(
            (client.address, client.port), (server.address, server.port), transport: transport == .tcp ? .tcp : .udp,
            to: &text)
    }

    /// The name that the flow goes by: the best evidence. None from a malformed hello, and not the outer name
    /// of an encrypted one, which names no one.
    public var host: NameEvidence? { names.first { $0.isSound && $0.source != .echOuter } }

    /// Whether the observer was notified of a name of the flow before: another request of it names another host.
    public var isNamedAgain = false

    /// Whether requests in cleartext name it, of which each may name another host.
    public var isNamedByRequest: Bool {
        isNamedAgain || names.contains { $0.source == .httpHost || $0.source == .connect }
    }

    /// Whether one of the names is the outer name of an encrypted hello.
    public var hasOuterName: Bool { names.contains { $0.source == .echOuter } }

    /// From `start` to `end`, in nanoseconds, never negative.
    public var duration: Int64 { max(0, end.nanoseconds(since: start)) }

    /// The distinct names that the client itself sent, in a hello or a request, best evidence first: not those from DNS
    /// or a certificate.
    public var spokenNames: [NameEvidence] { names.filter { $0.source <= .socks } }

    /// Whether two or more different names contradict each other, so that none of them is certain.
    public var isContradicted: Bool { conflicts > 0 && Set(spokenNames.map(\.name)).count > 1 }

    /// Whether nothing that a rule could need was lost or contradicted: no missing bytes, seen from its beginning, hello
    /// whole, and no byte of it seen with two values.
    public var isComplete: Bool {
        missedBytes == 0 && conflicts == 0 && !isMidstream && (tls.map { $0.helloState == .complete } ?? true)
    }
}
