/// Which known name a misspelt one was probably meant to be.
public enum Spelling {
    /// The nearest of `names`, if it is at most a third of the letters away; the first in order among equals.
    ///
    /// Distance is that of Damerau and Levenshtein with neighbors exchanged, capital letters like small ones. Names past 64
    /// bytes have none.
    public static func nearest(to word: String, among names: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().utf8)
        guard !letters.isEmpty, letters.count <= longest else { return nil }
        var best: (name: String, distance: Int)?
        for name in names where name != word && name.utf8.count <= longest {
            let allowed = max(1, min(letters.count, name.utf8.count) / 3)
            guard abs(name.utf8.count - letters.count) <= allowed else { continue }
            let distance = self.distance(letters, Array(name.lowercased().utf8))
            guard distance <= allowed else { continue }
            if let current = best, (current.distance, current.name) <= (distance, name) { continue }
            best = (name, distance)
        }
        return best?.name
    }

    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let same = left[row] == right[column]
                var cost = min(last[column] + (same ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                let isExchange =
                    row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
                if isExchange { cost = min(cost, beforeLast[column - 1] + 1) }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }

    private static let longest = 64
}

extension String {
    /// The text with everything made visible that could move a cursor, end a line or turn the direction of writing.
    ///
    /// Names come from the wire and from files of others; a message with one in it goes to terminals and logs. At most `limit`
    /// characters.
    public func escapedForDisplay(limit: Int = 1_000) -> String {
        var result = ""
        for (index, scalar) in unicodeScalars.enumerated() {
            guard index < limit else { return result + "…" }
            result.append(escaping: scalar)
        }
        return result
    }

    /// The text for a terminal, as `escapedForDisplay` makes it but with its own line feeds and tabs: for what is put together of
    /// several lines. What others chose was escaped before it became a part of them.
    public var escapedForTerminal: String {
        // Nearly all of it is harmless.
        if utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }) { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar == "\n" || scalar == "\t" {
                result.unicodeScalars.append(scalar)
            } else {
                result.append(escaping: scalar)
            }
        }
        return result
    }

    /// Whether a terminal, a shell or a reader would obey `scalar` rather than show it: control characters, separators of lines,
    /// and what is invisible or turns the direction of writing.
    static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }

    private mutating func append(escaping scalar: Unicode.Scalar) {
        if Self.isObeyed(scalar) {
            self += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            unicodeScalars.append(scalar)
        }
    }
}
