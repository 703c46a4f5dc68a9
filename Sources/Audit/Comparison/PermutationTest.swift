/// The exact permutation test over relabelings of runs, with the family-wise error held by the maximum (Westfall and Young).
///
/// The statistic of a variable is whether it takes one value per setting and not the same in all. A relabeling counts against
/// the family if any variable separates under it. Variables that separate under no relabeling cannot be found and leave the
/// family (Tarone); they are not passed in.
struct PermutationTest {
    /// The result for one variable.
    struct Values: Equatable {
        /// The share of relabelings under which this variable separates.
        var own: Double
        /// The share of relabelings under which any variable of the family separates.
        var family: Double
    }

    /// The most relabelings that are gone through one by one; 9 against 9 runs have 48,620.
    static let mostExact = 50_000
    /// The number of random relabelings if there are more.
    static let draws = 19_999

    /// The setting of each run.
    private let labels: [Int]
    /// The number of relabelings, or `nil` if there are too many to go through.
    let count: Int?

    /// A test of runs with these settings.
    init(labels: [Int]) {
        self.labels = labels
        var sizes: [Int: Int] = [:]
        for label in labels { sizes[label, default: 0] += 1 }
        count = Self.multinomial(Array(sizes.values))
    }

    /// Whether the test goes through all relabelings.
    var isExact: Bool { count != nil }

    /// The least p that any variable can have: the share of relabelings that are the same partition of the runs.
    var least: Double {
        guard let count else { return 1 / Double(Self.draws + 1) }
        var sizes: [Int: Int] = [:]
        for label in labels { sizes[label, default: 0] += 1 }
        var alike: [Int: Int] = [:]
        for size in sizes.values { alike[size, default: 0] += 1 }
        let same = alike.values.reduce(1) { product, number in (1...number).reduce(product, *) }
        return Double(same) / Double(count)
    }

    /// Whether `pattern`, the class of each run's value, takes one value per setting and not the same in all.
    static func separates(_ pattern: [Int], _ labels: [Int]) -> Bool {
        var classes: [Int: Int] = [:]
        for (value, label) in zip(pattern, labels) {
            if let known = classes[label], known != value { return false }
            classes[label] = value
        }
        return Set(classes.values).count > 1
    }

    /// Whether there is a relabeling under which `pattern` separates: each value's runs must fill whole settings.
    func isTestable(_ pattern: [Int]) -> Bool {
        var sizes: [Int: Int] = [:]
        for label in labels { sizes[label, default: 0] += 1 }
        var classes: [Int: Int] = [:]
        for value in pattern { classes[value, default: 0] += 1 }
        guard (2...sizes.count).contains(classes.count) else { return false }
        return Self.fills(classes.values.sorted(by: >), Array(sizes.values).sorted(by: >))
    }

    private static func fills(_ classes: [Int], _ settings: [Int]) -> Bool {
        guard let setting = settings.first else { return classes.allSatisfy { $0 == 0 } }
        guard settings.count <= 16 else { return true }
        for index in classes.indices where classes[index] >= setting {
            if index > 0, classes[index] == classes[index - 1] { continue }
            var rest = classes
            rest[index] -= setting
            if fills(rest.sorted(by: >), Array(settings.dropFirst())) { return true }
        }
        return false
    }

    /// The p of `pattern` alone and within `family`.
    func values(of pattern: [Int], family: [[Int]]) -> Values {
        var own = 0
        var any = 0
        var total = 0
        forEachRelabeling { labels in
            total += 1
            let separates = Self.separates(pattern, labels)
            if separates { own += 1 }
            if separates || family.contains(where: { Self.separates($0, labels) }) { any += 1 }
        }
        // With drawn relabelings the one that was recorded counts too.
        let extra = isExact ? 0 : 1
        return Values(
            own: Double(own + extra) / Double(total + extra), family: Double(any + extra) / Double(total + extra))
    }

    private func forEachRelabeling(_ visit: ([Int]) -> Void) {
        if isExact {
            var sizes: [Int: Int] = [:]
            for label in labels { sizes[label, default: 0] += 1 }
            var current = labels
            assign(0, &sizes, &current, visit)
            return
        }
        var numbers = SplitMix(state: 0x9E37_79B9_7F4A_7C15)
        var current = labels
        for _ in 0..<Self.draws {
            current.shuffle(using: &numbers)
            visit(current)
        }
    }

    private func assign(_ run: Int, _ left: inout [Int: Int], _ current: inout [Int], _ visit: ([Int]) -> Void) {
        guard run < current.count else { return visit(current) }
        for label in left.keys.sorted() where (left[label] ?? 0) > 0 {
            left[label, default: 0] -= 1
            current[run] = label
            assign(run + 1, &left, &current, visit)
            left[label, default: 0] += 1
        }
    }

    /// The number of ways to divide a set into parts of these sizes, or `nil` above `mostExact`.
    private static func multinomial(_ sizes: [Int]) -> Int? {
        var result = 1
        var total = 0
        for size in sizes where size > 0 {
            for step in 1...size {
                total += 1
                let (product, overflow) = result.multipliedReportingOverflow(by: total)
                guard !overflow else { return nil }
                result = product / step
            }
            if result > mostExact { return nil }
        }
        return result
    }
}

/// Numbers that look random and are the same in every run (Steele and others, 2014), so that a result can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
