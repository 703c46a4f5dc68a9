/// A version of the program: three numbers, `0.1.0`.
struct ProgramVersion: Comparable, Sendable {
    private let numbers: [Int]

    /// The version that `text` names; what follows a `-` or `+` is passed over. `nil` if it is not one.
    init?(_ text: String) {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.count <= 9 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
        }
        guard numbers.count == 3, parts.count == 3 else { return nil }
        self.numbers = numbers
    }

    static func < (left: ProgramVersion, right: ProgramVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
