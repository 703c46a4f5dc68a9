/// What the YAML reader's own errors mean, in words that say what to change.
///
/// The reader stops if it can go no further, which is often a line or more after the mistake: for those errors the place where
/// it began (an open quotation mark, a key without a colon) is the one to show.
enum YAMLWords {
    /// An error in words.
    struct Explanation: Equatable {
        /// What is wrong, and what would be right.
        let words: String
        /// Whether the mistake is where the reader began what it could not end.
        let isAtStart: Bool
    }

    /// The reader's error for a ':' after what cannot be a key, such as text of more than one line.
    static let misplacedColon = "mapping values are not allowed in this context"

    /// The words for a line of a map that lacks its ':'.
    static let missingColon = "this line is no 'key: value': a ':' with a blank after it is missing"

    /// The error `problem`, met in `context`, which began in line `start` and stopped in line `stop`; `nil` if it has no words here.
    static func explain(_ problem: String, in context: String, from start: Int, to stop: Int) -> Explanation? {
        if let words = atStop(problem, from: start) { return Explanation(words: words, isAtStart: false) }
        return atStart(problem, in: context, to: stop).map { Explanation(words: $0, isAtStart: true) }
    }

    /// Errors that are where the reader stopped.
    private static func atStop(_ problem: String, from start: Int) -> String? {
        switch problem {
        case misplacedColon:
            "a ':' that no key can have here: put a text that holds ': ' in quotes, or indent the line as its neighbors are"
        case "did not find expected key":
            "this line does not belong to the map that begins in line \(start): indent it as the map's other keys are, or end the "
                + "value before it"
        case "did not find expected '-' indicator":
            "this line does not belong to the list that begins in line \(start): begin an item with '- ', indented as the others"
        case "block sequence entries are not allowed in this context":
            "a '- ' cannot begin a list here: put the list on lines of its own below its key, or in [ ]"
        case "found character that cannot start any token":
            "this character cannot begin a value: put the value in quotes"
        case "found unknown escape character":
            "a '\\' in double quotes begins an escape, and this is none: write the text in single quotes, where '\\' is itself"
        case "did not find expected comment or line break":
            "nothing but a comment may follow '|' or '>' on its line: the text begins on the next"
        case "found unexpected ':'":
            "a ':' inside [ ] or { } belongs between a key and its value: put a text that holds one in quotes"
        default: nil
        }
    }

    /// Errors that are where the reader began.
    private static func atStart(_ problem: String, in context: String, to stop: Int) -> String? {
        switch problem {
        case "could not find expected ':'":
            missingColon
        case "found unexpected end of stream" where context.contains("quoted"):
            "the quotation mark that begins here is never closed"
        case "did not find expected ',' or ']'":
            "the '[' here is not closed, or a ',' is missing (reading stopped in line \(stop))"
        case "did not find expected ',' or '}'":
            "the '{' here is not closed, or a ',' is missing (reading stopped in line \(stop))"
        default: nil
        }
    }
}
