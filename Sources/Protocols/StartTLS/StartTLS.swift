import Bytes

/// A plain dialogue in whose middle TLS may begin: the client's side of it up to the ClientHello.
///
/// Lines of text (SMTP, IMAP, POP3, FTP, NNTP, IRC, ManageSieve), XMPP, LDAP, ADB, PostgreSQL, MySQL, RDP and TDS. TLS is
/// taken to begin only where the client asked for it in the protocol's own words and its next byte is that of a TLS
/// handshake record; a refused request just continues in cleartext. Nothing of the dialogue is kept: no address, no
/// credential, not even which protocol it was; `findings.application` is left to what follows.
///
/// Each byte of text is looked at once, binary messages are passed over by their lengths; nothing is allocated.
public struct StartTLS: StreamParser {
    /// A dialogue that is longer than this before TLS begins is given up.
    public static let longestDialogue = 65_536

    private enum Dialogue {
        case lines(LineDialogue)
        case xmpp(XMPPDialogue)
        case ldap(LDAPDialogue)
        case adb(ADBDialogue)
        case postgreSQL, mySQL, rdp, tds
    }

    /// What a dialogue's bytes say.
    enum Outcome: Equatable {
        /// The TLS record begins at this byte.
        case tls(at: Int)
        /// More bytes decide it.
        case more(atLeast: Int)
        /// No TLS comes, or none that can be found.
        case none
    }

    private var dialogue: Dialogue?

    /// A parser at the first byte of a dialogue, or of a line or message of it.
    public init() {}

    /// By the first command or message. A word that could be an IMAP tag is unsure until its command is there.
    public static func probe(_ bytes: RawSpan) -> Probe {
        var answer = Probe.no
        for probe in probes {
            switch probe(bytes) {
            case .yes: return .yes
            case .unsure: answer = .unsure
            case .no: break
            }
        }
        return answer
    }

    /// Reads on to the byte at which TLS begins.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        if dialogue == nil {
            dialogue = Self.choose(bytes)
            if dialogue == nil { return Self.probe(bytes) == .no ? .skip : .more(atLeast: bytes.byteCount &+ 1) }
        }
        switch read(bytes) {
        case .tls(let start):
            findings.isOpportunisticTLS = true
            return .done(consumed: start)
        case .more(let needed):
            return needed <= Self.longestDialogue ? .more(atLeast: needed) : .skip
        case .none:
            return .skip
        }
    }

    private mutating func read(_ bytes: RawSpan) -> Outcome {
        switch dialogue {
        case .lines(var lines):
            let outcome = lines.read(bytes)
            dialogue = .lines(lines)
            return outcome
        case .xmpp(var stream):
            let outcome = stream.read(bytes)
            dialogue = .xmpp(stream)
            return outcome
        case .ldap(var messages):
            let outcome = messages.read(bytes)
            dialogue = .ldap(messages)
            return outcome
        case .adb(var messages):
            let outcome = messages.read(bytes)
            dialogue = .adb(messages)
            return outcome
        case .postgreSQL: return PostgreSQLRequest.read(bytes)
        case .mySQL: return MySQLRequest.read(bytes)
        case .rdp: return RDPRequest.read(bytes)
        case .tds: return TDSPrelogin.read(bytes)
        case nil: return .none
        }
    }

    private static func choose(_ bytes: RawSpan) -> Dialogue? {
        switch ADBDialogue.probe(bytes) {
        case .yes: return .adb(ADBDialogue())
        // `STLS` begins a message of ADB and is a command of POP3: the byte after it tells which.
        case .unsure where bytes.byte(at: 4).map { $0 > 0x20 || $0 == 0 } ?? true: return nil
        default: break
        }
        if LineDialogue.probe(bytes) == .yes { return .lines(LineDialogue()) }
        if XMPPDialogue.probe(bytes) == .yes { return .xmpp(XMPPDialogue()) }
        if LDAPDialogue.probe(bytes) == .yes { return .ldap(LDAPDialogue()) }
        if PostgreSQLRequest.probe(bytes) == .yes { return .postgreSQL }
        if MySQLRequest.probe(bytes) == .yes { return .mySQL }
        if RDPRequest.probe(bytes) == .yes { return .rdp }
        if TDSPrelogin.probe(bytes) == .yes { return .tds }
        return nil
    }

    /// TLS at `offset`, where the record of its handshake must begin (RFC 8446 section 5.1).
    static func handshake(_ bytes: RawSpan, at offset: Int) -> Outcome {
        guard let byte = bytes.byte(at: offset) else { return .more(atLeast: offset &+ 1) }
        return byte == handshakeRecord ? .tls(at: offset) : .none
    }

    static let handshakeRecord: UInt8 = 0x16

    private static let probes: [@Sendable (RawSpan) -> Probe] = [
        LineDialogue.probe, XMPPDialogue.probe, LDAPDialogue.probe, PostgreSQLRequest.probe, MySQLRequest.probe,
        RDPRequest.probe, TDSPrelogin.probe, ADBDialogue.probe,
    ]
}
