import Synchronization

/// The answer to a status request.
public struct StatusAnswer: Equatable, Sendable {
    /// Whether what was asked for is so.
    public enum Outcome: Int, Sendable {
        /// It is: 200 OK.
        case ok = 200
        /// It is not for the one who asks: 403 Forbidden.
        case forbidden = 403
        /// There is nothing by that name: 404 Not Found.
        case unknown = 404
        /// It is not, at the moment: 503 Service Unavailable.
        case unavailable = 503
    }

    /// Whether what was asked for is so.
    public var outcome: Outcome
    /// The text.
    public var text: String
    /// The media type of the text.
    public var mediaType: String
    /// Further fields of the answer's head, by their names.
    public var headers: [String: String] = [:]
    /// Whether the connection stays open for the messages of the server's `StatusStream`, in place of the text.
    public var isStream = false

    /// An answer of plain text.
    public init(_ outcome: Outcome, _ text: String, mediaType: String = "text/plain; charset=utf-8") {
        self.outcome = outcome
        self.text = text
        self.mediaType = mediaType
    }
}

/// What happened to the connections to a server for status.
public final class StatusCounters: Sendable {
    private let answers = Atomic<UInt64>(0)
    private let refusals = Atomic<UInt64>(0)
    private let failures = Atomic<UInt64>(0)

    /// Nothing counted yet.
    public init() {}

    /// Connections that were answered, whatever the answer.
    public var answered: UInt64 { answers.load(ordering: .relaxed) }
    /// Connections that were closed for a later one, because there were too many.
    public var refused: UInt64 { refusals.load(ordering: .relaxed) }
    /// Connections that were closed without an answer: too slow, too long, or gone.
    public var failed: UInt64 { failures.load(ordering: .relaxed) }

    func countAnswered() { answers.wrappingAdd(1, ordering: .relaxed) }
    func countRefused() { refusals.wrappingAdd(1, ordering: .relaxed) }
    func countFailed() { failures.wrappingAdd(1, ordering: .relaxed) }
}

/// Limits of the status server.
public struct StatusLimits: Equatable, Sendable {
    /// The connections at a time; for one more the oldest is closed.
    public var connections = 16
    /// The bytes of a request, in total.
    public var requestBytes = 8_192
    /// From the beginning of a connection to its end, the answer included, in nanoseconds.
    public var lifetime: Int64 = 10_000_000_000

    /// 16 connections, 8 KiB, 10 seconds.
    public init() {}
}
