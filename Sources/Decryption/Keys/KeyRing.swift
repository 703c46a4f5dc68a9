import Bytes
import Crypto

/// All secrets that were given for a recording, and the result for each line that holds one.
///
/// Shared by all connections of a recording. Bounded by `connectionLimit`; lines past it are counted as `dropped`.
package final class KeyRing {
    /// The most client randoms that are kept.
    package static let connectionLimit = 1_000_000
    /// The most sessions of TLS 1.2 that are kept for a later resumption.
    static let sessionLimit = 65_536
    /// The longest line that is read. The longest one that opens anything has 211 bytes.
    static let lineLimit = 16_384

    /// What was read.
    package struct Counters: Sendable, Equatable {
        /// Lines that are neither empty nor a comment.
        package var lines = 0
        /// Lines whose label is not known.
        package var unknownLabels = 0
        /// Lines of a known label that do not read: wrong fields, digits or lengths.
        package var malformed = 0
        /// Lines past `connectionLimit`.
        package var dropped = 0
        /// Keys that were not tried on a connection because of the bound on trials.
        package var untried = 0
        /// Sessions of TLS 1.2 that were not kept because of the bound on them: a resumption of one stays closed.
        package var sessionsDropped = 0

        /// No counts.
        package init() {}
    }

    /// What was read.
    package private(set) var counters = Counters()
    private var trialsLeft = 1_000_000
    private var byRandom: [[UInt8]: ConnectionSecrets] = [:]
    private var bySession: [[UInt8]: ConnectionSecrets] = [:]
    private var order: [ConnectionSecrets] = []
    private var premasters: [[UInt8]: ConnectionSecrets] = [:]
    /// The master secrets of sessions that the recording itself showed, by session identifier or digest of the ticket.
    private var resumable: [[UInt8]: ConnectionSecrets] = [:]

    /// Creates a ring without keys.
    package init() {}

    /// Whether no line holds a secret that can open a record.
    package var isEmpty: Bool { order.isEmpty }

    /// The lines whose client random matched no connection.
    package var unusedLines: Int { order.reduce(0) { $0 + ($1.isUsed ? 0 : $1.lineCount) } }

    /// The first secrets that no connection was matched to yet, in the order in which they were read.
    package func unused(limit: Int) -> [ConnectionSecrets] {
        Array(order.lazy.filter { !$0.isUsed }.prefix(max(limit, 0)))
    }

    /// Whether one more key may be tried on a connection that it does not name. Many keys and many connections must not cost
    /// their product; what was not tried is counted.
    func takeTrial() -> Bool {
        guard trialsLeft > 0 else {
            counters.untried += 1
            return false
        }
        trialsLeft -= 1
        return true
    }

    /// The secrets that stand beside a client random.
    package func secrets(clientRandom: [UInt8]) -> ConnectionSecrets? { byRandom[clientRandom] }

    /// The master secret given for a session identifier of TLS 1.2, as `openssl s_client` prints it.
    package func secrets(sessionID: [UInt8]) -> ConnectionSecrets? {
        sessionID.isEmpty ? nil : bySession[sessionID]
    }

    /// Keeps the secrets of a session of TLS 1.2 that the client may resume by `name`, a session identifier or ticket.
    ///
    /// A client that resumes may log no line: Go's does not (RFC 5246 section 7.3, RFC 5077 section 3.1).
    func keep(_ found: ConnectionSecrets, resumableBy name: [UInt8]) {
        guard !name.isEmpty, found[label: .masterSecret] != nil else { return }
        let key = Self.sessionKey(name)
        guard resumable.count < Self.sessionLimit || resumable[key] != nil else {
            counters.sessionsDropped += 1
            return
        }
        resumable[key] = found
    }

    /// The secrets of the session that is resumed by `name`.
    func secrets(resuming name: [UInt8]) -> ConnectionSecrets? {
        name.isEmpty ? nil : resumable[Self.sessionKey(name)]
    }

    /// Tickets are long: the key is their digest.
    private static func sessionKey(_ name: [UInt8]) -> [UInt8] {
        name.count <= 32 ? name : Array(SHA256.hash(data: name))
    }

    /// The premaster secret given for the first eight bytes of its encrypted form.
    package func premaster(encrypted: [UInt8]) -> ConnectionSecrets? { premasters[Array(encrypted.prefix(8))] }

    /// Reads the lines of a key log: lines end with CR, LF or both.
    package func read(_ log: RawSpan) {
        var start = 0
        for offset in 0...log.byteCount {
            let byte = log.byte(at: offset) ?? UInt8(ascii: "\n")
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            if offset > start { readLine(log.clamped(start..<offset)) }
            start = offset + 1
        }
    }

    private func readLine(_ line: RawSpan) {
        guard line.byteCount <= Self.lineLimit else {
            counters.lines += 1
            counters.malformed += 1
            return
        }
        let text = String(decoding: line.copied(), as: UTF8.self)
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let label = fields.first, !label.hasPrefix("#") else { return }
        counters.lines += 1
        if label == "RSA" { return readRSA(fields) }
        guard let label = SecretLabel(keyLog: label) else {
            counters.unknownLabels += 1
            return
        }
        guard fields.count == 3, let random = Hexadecimal.bytes(fields[1]), random.count == 32,
            let secret = Hexadecimal.bytes(fields[2]), !secret.isEmpty
        else {
            counters.malformed += 1
            return
        }
        add(secret, of: label, clientRandom: random)
    }

    private func add(_ secret: [UInt8], of label: SecretLabel, clientRandom: [UInt8]) {
        switch label {
        case .exporter, .earlyExporter, .echSecret, .echConfiguration: return
        case .masterSecret:
            guard secret.count == 48 else {
                counters.malformed += 1
                return
            }
        case .clientEarly, .clientHandshake, .serverHandshake, .clientTraffic, .serverTraffic:
            guard secret.count == 32 || secret.count == 48 else {
                counters.malformed += 1
                return
            }
        }
        guard let entry = byRandom[clientRandom] ?? makeEntry(clientRandom) else { return }
        byRandom[clientRandom] = entry
        entry.add(secret, of: label)
    }

    private func makeEntry(_ clientRandom: [UInt8]) -> ConnectionSecrets? {
        guard order.count < Self.connectionLimit else {
            counters.dropped += 1
            return nil
        }
        let entry = ConnectionSecrets(clientRandom: clientRandom)
        order.append(entry)
        return entry
    }

    /// `RSA <16 digits> <96 digits>` (NSS), or `RSA Session-ID:<digits> Master-Key:<96 digits>` (OpenSSL and Wireshark).
    private func readRSA(_ fields: [Substring]) {
        guard fields.count == 3 else {
            counters.malformed += 1
            return
        }
        if fields[1].hasPrefix("Session-ID:"), fields[2].hasPrefix("Master-Key:"),
            let session = Hexadecimal.bytes(fields[1].dropFirst(11)), (1...32).contains(session.count),
            let master = Hexadecimal.bytes(fields[2].dropFirst(11)), master.count == 48
        {
            guard let entry = bySession[session] ?? makeEntry([]) else { return }
            bySession[session] = entry
            return entry.add(master, of: .masterSecret)
        }
        guard let encrypted = Hexadecimal.bytes(fields[1]), encrypted.count == 8,
            let premaster = Hexadecimal.bytes(fields[2]), premaster.count == 48
        else {
            counters.malformed += 1
            return
        }
        guard let entry = premasters[encrypted] ?? makeEntry([]) else { return }
        premasters[encrypted] = entry
        entry.add(premaster, of: .masterSecret)
    }
}

/// Hexadecimal digits of either case.
enum Hexadecimal {
    /// The bytes that `text` spells, or `nil` if it has another character or an odd number of digits.
    static func bytes(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text.utf8 {
            guard let digit = digit(character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? bytes : nil
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x37
        case 0x61...0x66: character - 0x57
        default: nil
        }
    }
}
