/// How much of a connection could be read. Each connection of a recording ends in exactly one state.
package enum ConnectionState: String, Sendable, CaseIterable, Codable {
    /// All that was recorded was opened.
    case opened
    /// Some of it was opened; `DecryptionOutcome.unopened` says what was not.
    case partial
    /// No key was found.
    case noKey = "no_key"
    /// A key was beside the connection's random and opened none of it.
    case wrongKey = "wrong_key"
    /// Only 0-RTT data was opened.
    case earlyDataOnly = "early_data_only"
    /// The connection is not encrypted.
    case clear
}

/// A stretch of bytes of one direction that was not opened, in offsets of that direction's stream.
package struct UnopenedRange: Sendable, Equatable {
    /// Who sent the bytes.
    package var isFromClient: Bool
    /// The bytes, counted from the first one of the stream that was recorded.
    package var bytes: Range<UInt64>
    /// Whether they are missing in the recording, rather than sealed.
    package var isMissing: Bool

    /// Creates a range.
    package init(isFromClient: Bool, bytes: Range<UInt64>, isMissing: Bool) {
        self.isFromClient = isFromClient
        self.bytes = bytes
        self.isMissing = isMissing
    }
}

/// What happened to one connection.
package struct DecryptionOutcome: Sendable {
    /// The state.
    package var state = ConnectionState.clear
    /// The bytes that were not opened, at most `rangeLimit` ranges, in order.
    package var unopened: [UnopenedRange] = []
    /// What a person should know about the state, or `nil`.
    package var reason: String?
    /// The name of the server that the client asked for in cleartext, or `nil`.
    package var serverName: String?
    /// The application protocol that was agreed on, or `nil`.
    package var alpn: String?

    /// The most ranges that are kept for a connection.
    package static let rangeLimit = 16

    /// Creates an outcome.
    package init(state: ConnectionState = .clear) { self.state = state }

    /// The outcome of a connection that carries another one inside: what was not opened of either.
    package func combined(with inner: DecryptionOutcome) -> DecryptionOutcome {
        var outcome = self
        if state == .clear {
            outcome.state = inner.state
        } else if inner.state != .clear, state == .opened {
            outcome.state = inner.state
        }
        outcome.unopened = Array((unopened + inner.unopened).prefix(Self.rangeLimit))
        outcome.reason = inner.reason ?? reason
        outcome.serverName = inner.serverName ?? serverName
        outcome.alpn = inner.alpn ?? alpn
        return outcome
    }
}

/// What was opened of a connection, and what was not, counted while it is read.
struct OpeningLedger {
    private(set) var ranges: [UnopenedRange] = []
    private(set) var openedRecords = 0
    private(set) var openedEarly = 0
    private(set) var failedRecords = 0
    private(set) var missingBytes: UInt64 = 0
    private(set) var isCut = false

    /// Notes a record or packet that was opened.
    mutating func open(isEarly: Bool) {
        openedRecords += 1
        if isEarly { openedEarly += 1 }
    }

    /// Notes bytes that could not be opened.
    mutating func fail(_ bytes: Range<UInt64>, from isClient: Bool) {
        failedRecords += 1
        add(UnopenedRange(isFromClient: isClient, bytes: bytes, isMissing: false))
    }

    /// Notes bytes that the recording does not hold.
    mutating func miss(_ bytes: Range<UInt64>, from isClient: Bool) {
        guard !bytes.isEmpty else { return }
        missingBytes &+= bytes.upperBound &- bytes.lowerBound
        add(UnopenedRange(isFromClient: isClient, bytes: bytes, isMissing: true))
    }

    /// Notes bytes of a stream inside of the connection that the recording does not hold.
    mutating func miss(streamBytes count: UInt64) { missingBytes &+= count }

    /// Notes that the connection began before the recording did, or that an unknown number of bytes is missing.
    mutating func cut() { isCut = true }

    /// Takes back failures that turned out to be records of the handshake whose secrets were not logged.
    mutating func forgiveFailures(from isClient: Bool) {
        ranges.removeAll { $0.isFromClient == isClient && !$0.isMissing }
        failedRecords = ranges.reduce(0) { $0 + ($1.isMissing ? 0 : 1) }
    }

    /// The state that follows from the counts. `hadKey`: whether a key was beside the connection's random.
    func state(hadKey: Bool) -> ConnectionState {
        if failedRecords == 0, missingBytes == 0, !isCut { return .opened }
        if openedRecords == 0 {
            if failedRecords == 0 { return .partial }
            return hadKey ? .wrongKey : .noKey
        }
        if openedRecords == openedEarly, failedRecords > 0 { return .earlyDataOnly }
        return .partial
    }

    private mutating func add(_ range: UnopenedRange) {
        if let index = ranges.lastIndex(where: { $0.isFromClient == range.isFromClient }),
            ranges[index].isMissing == range.isMissing, ranges[index].bytes.upperBound == range.bytes.lowerBound
        {
            ranges[index].bytes = ranges[index].bytes.lowerBound..<range.bytes.upperBound
        } else if ranges.count < 1_024 {
            ranges.append(range)
        }
    }
}
