extension Comparison {
    /// The result in words that claim what the figures carry and no more.
    package var sentence: String {
        var parts: [String] = []
        let proven = differences.filter { $0.familyP <= Self.level }
        if let first = proven.first {
            let names = first.title + (proven.count > 1 ? " and \(proven.count - 1) more" : "")
            let verb = proven.count > 1 ? "depend" : "depends"
            parts.append(
                "\(names) \(verb) on the setting (\(testName) over all fields examined, p = \(Self.text(first.familyP)))"
            )
        } else if let first = differences.first {
            parts.append(
                "\(first.title) took one value per setting, but so few runs do not prove that it depends on the setting "
                    + "(\(testName) over all fields examined, p = \(Self.text(first.familyP)))")
        } else {
            parts.append(
                "no field took one value per setting; one that always did would have been found (p = \(Self.text(leastP)))"
            )
        }
        if leastP > Self.level { parts.append("\(runsText) is a look and no proof") }
        if unopened > 0 {
            parts.append(
                "\(unopened) connection\(unopened == 1 ? "" : "s") could not be opened, and what they carried was not compared"
            )
        }
        return parts.joined(separator: "; ")
    }

    /// `6+6`.
    package var runsText: String { runs.map(String.init).joined(separator: "+") }

    private var testName: String {
        isExact ? "exact permutation test" : "permutation test with \(relabelings) random relabelings"
    }

    /// A probability with two digits that count, rounded up so that no p is made better than it is: 0.0022.
    package static func text(_ p: Double) -> String {
        guard p > 0, p < 1 else { return p >= 1 ? "1" : "0" }
        var scale = 100.0
        while p * scale < 10 { scale *= 10 }
        // 2/924 is 0.002165: shown as 0.0022.
        let value = Int((p * scale).rounded())
        var digits = String(value)
        var places = 0
        var unit = scale
        while unit > 1.5 {
            unit /= 10
            places += 1
        }
        while digits.utf8.count <= places { digits = "0" + digits }
        let split = digits.index(digits.endIndex, offsetBy: -places)
        var text = digits[..<split] + "." + digits[split...]
        while text.hasSuffix("0"), !text.hasSuffix(".0") { text.removeLast() }
        return String(text)
    }
}

extension Comparison.Difference {
    /// The field and the request, for people.
    package var title: String { "\(field) of \(method) \(host)\(path)" }
}
