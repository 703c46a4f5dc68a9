/// How the messages of a WebSocket look in records, as APIs of models use it.
extension Exchange {
    /// Whether a run may be a change to WebSocket: one record without a body, and an answer that is a head and no more
    /// (RFC 6455 section 4.2.2).
    var looksLikeUpgrade: Bool {
        requests == 1 && up <= Self.longestUpgrade && pieces == 1 && (100...Self.longestUpgradeAnswer).contains(down)
    }

    /// Whether a run may be a warm-up: a long message that the server acknowledges with two or three events of about
    /// one size, "created" and "completed", where an answer with any text has others between them and is longer.
    var looksLikeWarmUp: Bool {
        up >= Self.shortestWarmUp && (2...3).contains(pieces) && arrivals == 1
            && longestPiece - shortestPiece <= longestPiece / 8
    }

    private static var longestUpgrade: Int { 4_096 }
    private static var longestUpgradeAnswer: Int { 512 }
    private static var shortestWarmUp: Int { 4_096 }
}
