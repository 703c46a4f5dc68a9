/// What is said to somebody who asks.
public struct StatusAnswer: Equatable, Sendable {
    /// Whether what was asked for is so.
    public enum Outcome: Int, Sendable {
        /// It is: 200 OK.
        case ok = 200
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

    /// An answer of plain text.
    public init(_ outcome: Outcome, _ text: String, mediaType: String = "text/plain; charset=utf-8") {
        self.outcome = outcome
        self.text = text
        self.mediaType = mediaType
    }
}
