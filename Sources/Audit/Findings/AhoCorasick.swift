import Bytes

/// Finds many byte strings in one pass (Aho and Corasick, 1975). Letters of ASCII are compared without case.
///
/// Cost: one table look-up a byte, and one step for each hit. Memory: four bytes for each state and class of byte; a set of a
/// few hundred values of an auditor has some 50,000 states.
package struct AhoCorasick: Sendable {
    /// One hit: the pattern's position in the list, and the range of bytes.
    package struct Hit: Equatable, Sendable {
        /// The position of the pattern.
        package var pattern: Int
        /// The bytes that it matches.
        package var range: Range<Int>
    }

    /// The class of each byte; bytes that no pattern holds are of class 0.
    private var classes = [UInt16](repeating: 0, count: 256)
    private var classCount = 1
    /// The next state by state and class, while the machine is made.
    private var next: [Int32] = []
    /// `next` as the search reads it: each state is the place of its row, of which the lowest bit is set where a pattern ends.
    private var rows: [UInt32] = []
    /// The length of a row: the number of classes, or one more, so that it is even.
    private var rowLength: Int { classCount + classCount % 2 }
    /// The patterns that end in each state.
    private var ends: [[Int]] = []
    /// The nearest shorter state in which a pattern ends, or 0.
    private var shorter: [Int32] = []
    private let lengths: [Int]

    /// A machine for `patterns`; empty ones are never found.
    package init(_ patterns: [[UInt8]]) {
        lengths = patterns.map(\.count)
        for pattern in patterns {
            for byte in pattern.map(\.lowercasedASCII) where classes[Int(byte)] == 0 {
                classes[Int(byte)] = UInt16(truncatingIfNeeded: classCount)
                classCount += 1
            }
        }
        for byte in 0x41...0x5A { classes[byte] = classes[byte + 0x20] }
        addState()
        for (index, pattern) in patterns.enumerated() where !pattern.isEmpty { insert(pattern, as: index) }
        link()
        layOut()
    }

    private mutating func addState() {
        next.append(contentsOf: repeatElement(-1, count: classCount))
        ends.append([])
        shorter.append(0)
    }

    private mutating func insert(_ pattern: [UInt8], as index: Int) {
        var state = 0
        for byte in pattern {
            let slot = state * classCount + Int(classes[Int(byte)])
            if next[slot] < 0 {
                next[slot] = Int32(truncatingIfNeeded: ends.count)
                addState()
            }
            state = Int(next[slot])
        }
        ends[state].append(index)
    }

    /// Turns the tree into a machine, breadth first: each missing step is that of the longest proper suffix.
    private mutating func link() {
        var failure = [Int32](repeating: 0, count: ends.count)
        var queue: [Int] = []
        for label in 0..<classCount {
            if next[label] < 0 { next[label] = 0 } else { queue.append(Int(next[label])) }
        }
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            let fallback = Int(failure[state])
            shorter[state] = ends[fallback].isEmpty ? shorter[fallback] : Int32(truncatingIfNeeded: fallback)
            for label in 0..<classCount {
                let slot = state * classCount + label
                let other = next[fallback * classCount + label]
                if next[slot] < 0 {
                    next[slot] = other
                } else {
                    failure[Int(next[slot])] = other
                    queue.append(Int(next[slot]))
                }
            }
        }
    }

    private mutating func layOut() {
        rows.reserveCapacity(ends.count * rowLength)
        for state in ends.indices {
            for label in 0..<rowLength {
                let target = label < classCount ? Int(next[state * classCount + label]) : 0
                let isHit = !ends[target].isEmpty || shorter[target] > 0
                rows.append(UInt32(truncatingIfNeeded: target * rowLength) | (isHit ? 1 : 0))
            }
        }
        next = []
    }

    /// Calls `visit` with each hit in `bytes`, by the end of the hit.
    func forEachHit(in bytes: RawSpan, _ visit: (Hit) -> Void) {
        var state = 0
        var offset = 0
        while let byte = bytes.byte(at: offset) {
            let step = rows[state &+ Int(classes[Int(byte)])]
            state = Int(step & ~1)
            if step & 1 != 0 { report(state / rowLength, at: offset, visit) }
            offset &+= 1
        }
    }

    /// Calls `visit` with the patterns that end in `state`, the longest first.
    private func report(_ state: Int, at offset: Int, _ visit: (Hit) -> Void) {
        var end = state
        while end > 0 {
            for pattern in ends[end] {
                visit(Hit(pattern: pattern, range: (offset + 1 - lengths[pattern])..<(offset + 1)))
            }
            end = Int(shorter[end])
        }
    }
}
