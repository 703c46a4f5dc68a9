/// Why a regular expression cannot be used.
struct PatternError: Error, Hashable {
    /// The Unicode scalar at which it goes wrong, from 0.
    let index: Int
    /// What is wrong.
    let problem: String
}
