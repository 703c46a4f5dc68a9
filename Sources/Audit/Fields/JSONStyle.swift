/// How a JSON text is written: what two encoders do differently, and one encoder always does alike.
package struct JSONStyle: Sendable, Equatable {
    /// White space after a colon or comma.
    package enum Space: UInt8, Sendable {
        /// No white space.
        case none
        /// One space.
        case one
        /// More than one space, or a tab.
        case several
        /// The end of a line.
        case line
    }

    /// The number of colons with each kind of white space after them.
    package private(set) var colons = [0, 0, 0, 0]
    /// The number of commas with each kind of white space after them.
    package private(set) var commas = [0, 0, 0, 0]
    /// The number of colons with white space before them.
    package private(set) var spacedColons = 0
    /// The offsets of escapes of letters and digits of ASCII.
    package private(set) var needlessEscapes: [Int] = []
    /// The scalars outside ASCII that are written as escapes.
    package private(set) var escapedScalars: Set<Unicode.Scalar> = []
    /// For each kind of white space after a comma, the offset of the first such comma.
    package private(set) var firstComma: [Int?] = [nil, nil, nil, nil]

    /// A style of no text.
    package init() {}

    mutating func note(colonAfter space: Bool, followedBy next: Space) {
        colons[Int(next.rawValue)] += 1
        if space { spacedColons += 1 }
    }

    mutating func note(commaFollowedBy next: Space, at offset: Int) {
        let index = Int(next.rawValue)
        commas[index] += 1
        if firstComma[index] == nil { firstComma[index] = offset }
    }

    mutating func add(_ escapes: JSONEscapes) {
        if needlessEscapes.count < 1024 { needlessEscapes += escapes.needless }
        if escapedScalars.count < 1024 { escapedScalars.formUnion(escapes.escaped) }
    }

    /// A short text that two texts of one encoder have in common, as in `colon=none comma=none escapes=0`.
    package var summary: String {
        func kinds(_ counts: [Int]) -> String {
            let names = ["none", "one", "several", "line"]
            return zip(names, counts).filter { $0.1 > 0 }.map(\.0).joined(separator: "+")
        }
        return "colon=\(kinds(colons)) comma=\(kinds(commas)) escapes=\(escapedScalars.isEmpty ? "no" : "yes")"
    }
}
