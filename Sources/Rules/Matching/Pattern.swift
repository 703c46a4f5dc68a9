/// A regular expression that matches all of a text, in time linear in it.
///
/// A program of an automaton that is run on all its paths at once, so that no expression and no text makes it slow:
/// steps are at most the length of the program times that of the text. Syntax: characters, `.`, `[a-z]`, `[^a-z]`,
/// `\d \w \s` and their negations, `\` before any sign, groups, `|`, `* + ?` and `{m,n}`.
struct Pattern: Sendable {
    /// One step of the program.
    enum Instruction: Hashable, Sendable {
        /// One character of the set, then on with the next instruction.
        case character(CharacterSet)
        /// On with both.
        case split(Int, Int)
        /// On with another.
        case jump(Int)
        /// All of it matched, if the text ends here.
        case match
    }

    /// The expression as written.
    let text: String
    private let program: [Instruction]

    /// The expression `text`.
    init(_ text: String) throws(PatternError) {
        var parser = PatternParser(text)
        let tree = try parser.parse()
        var compiler = PatternCompiler()
        program = try compiler.compile(tree)
        self.text = text
    }

    /// Whether all of `text` matches.
    func matches(_ text: String) -> Bool {
        var threads = ThreadSet(capacity: program.count)
        follow(0, into: &threads)
        for scalar in text.unicodeScalars {
            var next = ThreadSet(capacity: program.count)
            for index in threads.members {
                if case .character(let set) = program[index], set.contains(scalar) { follow(index + 1, into: &next) }
            }
            if next.members.isEmpty { return false }
            threads = next
        }
        return threads.members.contains { program[$0] == .match }
    }

    /// Adds the instruction at `start`, and those that it leads to without a character.
    private func follow(_ start: Int, into threads: inout ThreadSet) {
        var pending = [start]
        while let index = pending.popLast() {
            guard threads.insert(index) else { continue }
            switch program[index] {
            case .split(let left, let right): pending += [right, left]
            case .jump(let target): pending.append(target)
            case .character, .match: break
            }
        }
    }

    /// The instructions that are being followed, each once.
    private struct ThreadSet {
        private(set) var members: [Int] = []
        private var isMember: [Bool]

        init(capacity: Int) {
            isMember = [Bool](repeating: false, count: capacity)
        }

        mutating func insert(_ index: Int) -> Bool {
            if isMember[index] { return false }
            isMember[index] = true
            members.append(index)
            return true
        }
    }
}
