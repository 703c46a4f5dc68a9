/// The tree of a regular expression.
indirect enum PatternTree: Hashable, Sendable {
    case characters(CharacterSet)
    case sequence([PatternTree])
    case choice([PatternTree])
    /// `most` is nil where there is no bound.
    case repetition(PatternTree, least: Int, most: Int?)
}
