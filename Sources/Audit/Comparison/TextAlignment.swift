/// Aligns texts that are mostly alike: what all have in common is the template, and what is between are slots.
struct TextAlignment {
    /// The slots whose content differs, by their position in the template: the content in each text.
    private(set) var slots: [(position: Int, contents: [String])] = []

    /// The most tokens of one text, and of the part in which two texts differ.
    private static let most = 100_000
    private static let mostDifferent = 6000

    /// The alignment of `texts`, or `nil` if they are too long or have nothing in common.
    init?(_ texts: [String]) {
        var names: [Substring: Int] = [:]
        let tokens = texts.map { TextTokens.split($0) }
        guard let first = tokens.first, first.count > 1, tokens.allSatisfy({ $0.count <= Self.most }) else {
            return nil
        }
        let numbers = tokens.map { list in
            list.map { token -> Int in
                let number = names[token] ?? names.count
                names[token] = number
                return number
            }
        }
        var template = numbers[0]
        for other in numbers.dropFirst() where other != template {
            guard let common = Self.common(template, other) else { return nil }
            template = common
        }
        guard !template.isEmpty else { return nil }
        let parts = zip(tokens, numbers).map { Self.contents($0, $1, template) }
        for position in 0...template.count {
            let contents = parts.map { $0[position] }
            if Set(contents).count > 1 { slots.append((position, contents)) }
        }
    }

    /// What two sequences have in common: their common ends, and between them the subsequence that Myers' algorithm keeps.
    private static func common(_ left: [Int], _ right: [Int]) -> [Int]? {
        var start = 0
        while start < left.count, start < right.count, left[start] == right[start] { start += 1 }
        var tail = 0
        while tail < left.count - start, tail < right.count - start,
            left[left.count - 1 - tail] == right[right.count - 1 - tail]
        {
            tail += 1
        }
        let middle = Array(left[start..<(left.count - tail)])
        let other = Array(right[start..<(right.count - tail)])
        guard middle.count <= mostDifferent, other.count <= mostDifferent else { return nil }
        var removed: Set<Int> = []
        for change in other.difference(from: middle) {
            if case .remove(let offset, _, _) = change { removed.insert(offset) }
        }
        let kept = middle.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
        return Array(left[..<start]) + kept + Array(left[(left.count - tail)...])
    }

    /// The text before, between and after the tokens of the template.
    private static func contents(_ tokens: [Substring], _ numbers: [Int], _ template: [Int]) -> [String] {
        var contents = [String](repeating: "", count: template.count + 1)
        var position = 0
        for (token, number) in zip(tokens, numbers) {
            if position < template.count, number == template[position] {
                position += 1
            } else {
                contents[position] += token
            }
        }
        return contents
    }
}

/// Splits a text into the pieces that differ as a whole: words, numbers, moments, identifiers, single characters.
enum TextTokens {
    /// The tokens of a text; together they are the text.
    static func split(_ text: String) -> [Substring] {
        let bytes = Array(text.utf8)
        var tokens: [Substring] = []
        var start = text.utf8.startIndex
        var index = 0
        while index < bytes.count {
            let length = tokenLength(bytes, index)
            let end = text.utf8.index(start, offsetBy: length)
            tokens.append(text[start..<end])
            start = end
            index += length
        }
        return tokens
    }

    private static func tokenLength(_ bytes: [UInt8], _ index: Int) -> Int {
        if let length = identifierLength(bytes, index) ?? momentLength(bytes, index) { return length }
        let first = bytes[index]
        if isWord(first) {
            var end = index + 1
            while end < bytes.count, isWord(bytes[end]) { end += 1 }
            // A number with a fraction is one token, so that its whole part is no field of its own.
            let isNumber = bytes[index..<end].allSatisfy { (0x30...0x39).contains($0) }
            if isNumber, end + 1 < bytes.count, bytes[end] == 0x2E, (0x30...0x39).contains(bytes[end + 1]) {
                end += 2
                while end < bytes.count, isWord(bytes[end]) { end += 1 }
            }
            return end - index
        }
        if first == 0x20 || first == 0x0A {
            var end = index + 1
            while end < bytes.count, bytes[end] == first { end += 1 }
            return end - index
        }
        // One character.
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end - index
    }

    private static func isWord(_ byte: UInt8) -> Bool { byte.isASCIIWord || byte == 0x5F }

    /// A UUID.
    private static func identifierLength(_ bytes: [UInt8], _ index: Int) -> Int? {
        guard bytes.count - index >= 36, bytes[index].hexadecimalDigit != nil else { return nil }
        for offset in 0..<36 {
            let byte = bytes[index + offset]
            let isDash = offset == 8 || offset == 13 || offset == 18 || offset == 23
            guard isDash ? byte == 0x2D : byte.hexadecimalDigit != nil else { return nil }
        }
        return 36
    }

    /// A date with a time of day, in the form of RFC 3339.
    private static func momentLength(_ bytes: [UInt8], _ index: Int) -> Int? {
        guard bytes.count - index >= 16, (0x30...0x39).contains(bytes[index]) else { return nil }
        let separators: [Int: UInt8] = [4: 0x2D, 7: 0x2D, 10: 0x54, 13: 0x3A]
        for offset in 0..<16 {
            let byte = bytes[index + offset]
            guard separators[offset].map({ byte == $0 }) ?? (0x30...0x39).contains(byte) else { return nil }
        }
        var end = index + 16
        while end < bytes.count, bytes[end].isASCIIWord || [0x3A, 0x2E, 0x2B].contains(bytes[end]) { end += 1 }
        return end - index
    }
}
