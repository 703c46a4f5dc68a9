/// What keeps evidence from being kept or looked at: a key's file, or a log's directory.
public struct EvidenceError: Error, Equatable, CustomStringConvertible {
    /// For the operator, with the path.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
