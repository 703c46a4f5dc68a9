/// What a key log holds of one connection: the secrets that are beside one client random.
package final class ConnectionSecrets {
    /// The client random, 32 bytes.
    package let clientRandom: [UInt8]
    /// The secrets by their label, without those that open no record.
    package private(set) var secrets: [SecretLabel: [UInt8]] = [:]
    /// The number of lines of key logs that hold them, each line counted once.
    package private(set) var lineCount = 0
    /// Whether a connection of the recording was matched to them.
    package private(set) var isUsed = false

    init(clientRandom: [UInt8]) { self.clientRandom = clientRandom }

    /// The secret of `label`, or `nil` if no line holds it.
    package subscript(label label: SecretLabel) -> [UInt8]? { secrets[label] }

    /// Adds the secret of one line. A line that repeats another one adds nothing.
    func add(_ secret: [UInt8], of label: SecretLabel) {
        if let known = secrets[label], known == secret { return }
        lineCount += 1
        // Of two different secrets the later one counts: a log that is appended to may hold an older run.
        secrets[label] = secret
    }

    /// Notes that a connection was matched to these secrets.
    package func markUsed() { isUsed = true }
}
