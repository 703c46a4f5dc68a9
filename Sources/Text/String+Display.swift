extension String {
    /// The text with everything that could move a cursor, end a line or turn the direction of writing made visible.
    ///
    /// Names come from the wire; a message with one in it goes to terminals and logs. At most `limit` characters.
    public func escapedForDisplay(limit: Int = 1_000) -> String {
        var result = ""
        for (index, scalar) in unicodeScalars.enumerated() {
            guard index < limit else { return result + "…" }
            if Self.isHarmful(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }
}
