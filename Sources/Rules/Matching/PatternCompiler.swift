/// Makes the program of a tree, within a bound on its length.
struct PatternCompiler {
    private var program: [Pattern.Instruction] = []

    /// The program, which ends with `match`.
    mutating func compile(_ tree: PatternTree) throws(PatternError) -> [Pattern.Instruction] {
        try emit(tree)
        try append(.match)
        return program
    }

    private mutating func append(_ instruction: Pattern.Instruction) throws(PatternError) {
        guard program.count < Self.longest else {
            throw PatternError(index: 0, problem: "too large: its repetitions multiply to over \(Self.longest) steps")
        }
        program.append(instruction)
    }

    private mutating func emit(_ tree: PatternTree) throws(PatternError) {
        switch tree {
        case .characters(let set): try append(.character(set))
        case .sequence(let items): for item in items { try emit(item) }
        case .choice(let branches): try emit(choice: branches)
        case .repetition(let item, let least, let most): try emit(item, least: least, most: most)
        }
    }

    private mutating func emit(choice branches: [PatternTree]) throws(PatternError) {
        var jumps: [Int] = []
        for (number, branch) in branches.enumerated() {
            guard number + 1 < branches.count else {
                try emit(branch)
                break
            }
            let split = program.count
            try append(.split(split + 1, 0))
            try emit(branch)
            jumps.append(program.count)
            try append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func emit(_ item: PatternTree, least: Int, most: Int?) throws(PatternError) {
        for _ in 0..<least { try emit(item) }
        guard let most else {
            let split = program.count
            try append(.split(split + 1, 0))
            try emit(item)
            try append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(program.count)
            try append(.split(program.count + 1, 0))
            try emit(item)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    private static let longest = 5_000
}
