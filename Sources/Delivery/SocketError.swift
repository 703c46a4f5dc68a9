import Glibc

/// Why a socket cannot be connected, or not be written to any more.
public struct SocketError: Error, Equatable, Sendable {
    /// The system's words.
    public let reason: String

    /// Nobody took what was sent for as long as it was waited.
    public static let stalled = SocketError(reason: "the reader has stalled")
    /// The far end has closed the connection.
    public static let closed = SocketError(reason: "the reader has closed the connection")
    /// The message is larger than the socket takes.
    public static let tooLong = SocketError(reason: "the message is too long for the socket")
    static let unknownHost = SocketError(reason: "the host is not known")
    static let longPath = SocketError(reason: "the path is too long for a socket")

    init(reason: String) { self.reason = reason }

    /// The error that `errno` tells of.
    init(errno code: Int32) {
        // Invariant: the text is a constant of the C library, or belongs to this thread until its next such call.
        let words = unsafe strerror(code).map { unsafe String(cString: $0) }
        reason = words ?? "error \(code)"
    }
}
