/// Characters that show nothing: zero-width characters, tags, variation selectors and other format characters.
struct InvisibleRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        guard !text.isASCII else { return }
        var passed = 0
        for index in text.scalars.foreign where index >= passed {
            guard let kind = Kind(text.scalars[index]) else { continue }
            var end = index + 1
            while let next = text[end], Kind(next) != nil { end += 1 }
            judge(index..<end, kind, text, into: &findings)
            passed = end
        }
    }

    /// The kinds of invisible characters.
    private enum Kind {
        case space, joiner, variation, supplementaryVariation, tag, softHyphen, bidirectional, other

        init?(_ scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x00AD: self = .softHyphen
            case 0x200B, 0x2060, 0xFEFF, 0x180E: self = .space
            case 0x200C, 0x200D: self = .joiner
            case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2061...0x2065, 0x206A...0x206F, 0x3164, 0xFFA0,
                0xFFF0...0xFFFB, 0x1D173...0x1D17A:
                self = .other
            case 0xFE00...0xFE0F, 0x180B...0x180D: self = .variation
            case 0xE0100...0xE01EF: self = .supplementaryVariation
            case 0xE0000...0xE007F: self = .tag
            case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: self = .bidirectional
            default: return nil
            }
        }
    }

    private func judge(_ run: Range<Int>, _ kind: Kind, _ text: MarkText, into findings: inout FindingCollection) {
        let before = text[run.lowerBound - 1]
        let after = text[run.upperBound]
        switch kind {
        case .tag: judgeTags(run, before, text, into: &findings)
        case .variation, .supplementaryVariation: judgeVariation(run, kind, before, text, into: &findings)
        case .space, .joiner, .other: judgeZeroWidth(run, kind, before, after, text, into: &findings)
        case .softHyphen:
            guard text.origin == .template else { return }
            add(.anomaly, "soft_hyphen", run, text, "a soft hyphen in a text of the program", into: &findings)
        case .bidirectional: break
        }
    }

    /// Tags are honest in the flags of parts of countries alone: a black flag, letters, and the tag that ends it.
    private func judgeTags(
        _ run: Range<Int>, _ before: Unicode.Scalar?, _ text: MarkText, into findings: inout FindingCollection
    ) {
        if before == "\u{1F3F4}", text[run.upperBound - 1] == "\u{E007F}", run.count <= 8 { return }
        add(.signature, "tag_character", run, text, "tag characters outside of a flag", into: &findings)
    }

    private func judgeVariation(
        _ run: Range<Int>, _ kind: Kind, _ before: Unicode.Scalar?, _ text: MarkText,
        into findings: inout FindingCollection
    ) {
        let selectors = run.filter {
            text[$0].map { Kind($0) == .variation || Kind($0) == .supplementaryVariation } == true
        }
        if selectors.count > 1 {
            return add(
                .signature, "variation_selector", run, text, "several variation selectors in a row", into: &findings)
        }
        guard let before else {
            return add(.anomaly, "variation_selector", run, text, "a variation selector at the start", into: &findings)
        }
        let script = LetterScript(before)
        if kind == .supplementaryVariation && script == .eastAsian { return }
        if before.properties.isEmoji || before.properties.generalCategory == .mathSymbol || script == .eastAsian
            || before.properties.generalCategory == .otherSymbol || script == .indic || script == .other
        {
            return
        }
        let grade: Finding.Grade = before.isASCII && script != nil ? .signature : .anomaly
        add(
            grade, "variation_selector", run, text, "a variation selector after a character that has no variants",
            into: &findings)
    }

    private func judgeZeroWidth(
        _ run: Range<Int>, _ kind: Kind, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?, _ text: MarkText,
        into findings: inout FindingCollection
    ) {
        if run.lowerBound == 0, text[0] == "\u{FEFF}", run.count == 1 { return }
        if isHonest(kind, before, after) { return }
        let isInWord = isPlainLetter(before) && isPlainLetter(after)
        // One may come with text that was pasted. Several in a row, or one inside a plain word, are put there.
        let grade: Finding.Grade =
            run.count >= 3 || (isInWord && kind == .space) || (isInWord && kind == .other) ? .signature : .anomaly
        add(
            grade, "zero_width", run, text,
            isInWord ? "an invisible character inside a word" : "an invisible character", into: &findings)
    }

    private func isHonest(_ kind: Kind, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        let neighbors = [before, after].compactMap { $0 }
        if kind == .joiner {
            // Persian, Indic scripts and emoji join and separate with them.
            return neighbors.contains { scalar in
                let script = LetterScript(scalar)
                return script == .rightToLeft || script == .indic || script == .other
                    || scalar.properties.generalCategory == .nonspacingMark
                    || scalar.properties.generalCategory == .spacingMark
                    || (!scalar.isASCII && (scalar.properties.isEmoji || scalar.value == 0xFE0F))
            }
        }
        // Scripts that write without spaces mark the places where a line may end.
        return neighbors.contains { scalar in
            guard let script = LetterScript(scalar) else {
                return !scalar.isASCII && scalar.properties.generalCategory == .nonspacingMark
            }
            return script == .indic || script == .eastAsian || script == .other
        }
    }

    private func isPlainLetter(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar, scalar.isASCII else { return false }
        return (0x61...0x7A).contains(scalar.value) || (0x41...0x5A).contains(scalar.value)
    }

    private func add(
        _ grade: Finding.Grade, _ category: String, _ run: Range<Int>, _ text: MarkText, _ explanation: String,
        into findings: inout FindingCollection
    ) {
        var finding = text.finding(grade, category, at: run.lowerBound, explanation)
        finding.count = run.count
        findings.add(finding)
    }
}
