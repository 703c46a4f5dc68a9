/// Finds the known word that a misspelt one was most likely meant to be.
enum NearestName {
    /// The word of `known` with the fewest edits from `word`, where that is at most a third of its letters.
    ///
    /// Cost: the product of the lengths for each known word; words past 64 bytes are not compared.
    static func suggestion(for word: String, among known: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().utf8)
        guard (2...64).contains(letters.count) else { return nil }
        var best: (word: String, edits: Int)?
        for candidate in known where candidate != word && candidate.utf8.count <= 64 {
            let edits = distance(letters, Array(candidate.utf8))
            guard edits <= max(1, letters.count / 3) else { continue }
            if best.map({ (edits, candidate) < ($0.edits, $0.word) }) ?? true { best = (candidate, edits) }
        }
        return best?.word
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two words.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var edits = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    edits = min(edits, beforeLast[column - 1] + 1)
                }
                current.append(edits)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
