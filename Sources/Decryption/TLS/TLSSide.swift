import Bytes
import StreamReassembly

/// A phase of a TLS 1.3 connection, by the secret that protects its records.
enum TLSPhase: Int {
    case early = 0
    case handshake
    case application
}

/// One direction of a TLS connection: its records, its handshake messages, and the keys in use.
final class TLSSide {
    /// Keys and the phase that they belong to.
    struct Stage {
        var phase: TLSPhase
        var keys: any RecordOpener
    }

    let sender: Sender
    var records = RecordStream()
    var handshake = HandshakeAssembly()
    /// The keys of TLS 1.3 in the order in which they come into use.
    var stages: [Stage] = []
    var current = 0
    /// The number of the next record in the current stage.
    var number: UInt64 = 0
    /// Whether records of TLS 1.2 are encrypted now.
    var isProtected = false
    /// Whether an encrypted record was met.
    var sawProtected = false
    /// Whether bytes are missing since the last record that was opened, so that its number is not known.
    var isAfterGap = false
    /// Bytes on the wire since the last record that was opened.
    var unopenedBytes: UInt64 = 0
    /// Whether the number of the next record is known but for what was lost since.
    var isNumberKnown = true
    /// How many numbers may still be tried until a record opens: wrong keys must not cost a search at each record.
    var searchBudget = TLSSide.searchLimit
    /// Whether records of the application phase were opened.
    var hasOpenedApplication = false
    /// Records that wait for the other side's hello, with their headers.
    var pending: [(record: [UInt8], offset: UInt64, position: StreamPosition)] = []
    var pendingBytes = 0
    /// How many records may still be tried with every key.
    var trials = 4

    init(sender: Sender) { self.sender = sender }

    var isClient: Bool { sender == .client }

    /// Adds the stage of `secret`, if there is one.
    func addStage(_ phase: TLSPhase, secret: [UInt8]?, suite: CipherSuite) {
        guard let secret, let keys = TLS13Keys(secret: secret, suite: suite) else { return }
        stages.append(Stage(phase: phase, keys: keys))
    }

    /// Goes to the first stage of `phase` or a later one; stays if there is none.
    func advance(to phase: TLSPhase) {
        guard current < stages.count, stages[current].phase.rawValue < phase.rawValue else { return }
        guard let index = stages.firstIndex(where: { $0.phase.rawValue >= phase.rawValue }) else { return }
        current = index
        number = 0
    }

    /// Goes to the keys after a KeyUpdate.
    func update() {
        guard let next = nextGeneration() else { return }
        stages.append(next)
        current = stages.count - 1
        number = 0
    }

    /// The keys that a KeyUpdate would bring into use.
    func nextGeneration() -> Stage? {
        guard let last = stages.last, last.phase == .application, let keys = last.keys as? TLS13Keys,
            let next = keys.updated()
        else { return nil }
        return Stage(phase: .application, keys: next)
    }
}
