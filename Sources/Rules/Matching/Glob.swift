import Text

/// A pattern of the shell: `*` stands for any run of characters, dots too, `?` for one; all of the text must match.
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
