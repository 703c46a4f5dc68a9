import Text

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
    /// What it consists of.
    let tree: PatternTree
    private let program: [Instruction]

    /// The expression `text`.
    init(_ text: String) throws(PatternError) {
        var parser = PatternParser(text)
        tree = try parser.parse()
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

/// The tree of a regular expression.
indirect enum PatternTree: Hashable, Sendable {
    case characters(CharacterSet)
    case sequence([PatternTree])
    case choice([PatternTree])
    /// `most` is nil if there is no bound.
    case repetition(PatternTree, least: Int, most: Int?)
}

/// Why a regular expression cannot be used.
struct PatternError: Error, Hashable {
    /// The Unicode scalar at which it goes wrong, from 0.
    let index: Int
    /// What is wrong.
    let problem: String
}

/// A set of characters: ranges, or everything outside them.
struct CharacterSet: Hashable, Sendable {
    /// The ranges.
    var ranges: [ClosedRange<UInt32>]
    /// Whether the set is what is outside the ranges.
    var isNegated = false

    /// Whether `scalar` is in the set.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    /// Every character.
    static let any = CharacterSet(ranges: [], isNegated: true)
    /// The set of one class letter: `d`, `w`, `s`, in capitals for what is outside.
    static func named(_ letter: Unicode.Scalar) -> CharacterSet? {
        switch letter {
        case "d", "D": CharacterSet(ranges: [0x30...0x39], isNegated: letter == "D")
        case "w", "W":
            CharacterSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A], isNegated: letter == "W")
        case "s", "S": CharacterSet(ranges: [0x09...0x0D, 0x20...0x20], isNegated: letter == "S")
        default: nil
        }
    }
}

/// A shell pattern: `*` matches any run of characters, dots too, `?` matches one; all of the text must match.
struct Glob: Hashable, Sendable {
    /// The pattern as written.
    let text: String
    private let pattern: [Unicode.Scalar]

    /// The pattern `text`.
    init(_ text: String) {
        self.text = text
        pattern = Array(text.unicodeScalars)
    }

    /// Whether all of `text` matches. Never more steps than the product of both lengths; no backtracking past the
    /// latest `*`, which is enough because an earlier one can take no more than it must.
    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var position = 0
        var index = 0
        var star: (index: Int, position: Int)?
        while position < text.count {
            if let wanted = pattern[checked: index], wanted == "*" {
                star = (index, position)
                index += 1
            } else if let wanted = pattern[checked: index], wanted == "?" || wanted == text[position] {
                index += 1
                position += 1
            } else if let last = star {
                star = (last.index, last.position + 1)
                index = last.index + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[min(index, pattern.count)...].allSatisfy { $0 == "*" }
    }
}
