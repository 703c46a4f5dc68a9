extension AuditReport {
    /// What a comparison found, for people.
    package static func comparison(_ comparison: Comparison, display: ValueDisplay, inputs: [AuditSource])
        -> AuditReport
    {
        var sections = [
            Section(
                title: "Result",
                sentences: comparison.warnings.map { "Warning: \($0)" } + [capitalized(comparison.sentence) + "."])
        ]
        if !comparison.differences.isEmpty { sections.append(differences(comparison, display)) }
        sections.append(method(comparison))
        if !comparison.controls.isEmpty { sections.append(controls(comparison)) }
        sections.append(self.inputs(inputs))
        return AuditReport(title: "Comparison of \(list(comparison.settings))", sections: sections)
    }

    /// The files that a result rests on.
    package static func inputs(_ inputs: [AuditSource]) -> Section {
        Section(
            title: "Recordings", sentences: ["Anyone who has these files can repeat this result."],
            columns: ["FILE", "BYTES", "SHA-256"], rows: inputs.map { [$0.name, String($0.bytes), $0.sha256] })
    }

    private static func differences(_ comparison: Comparison, _ display: ValueDisplay) -> Section {
        let rows = comparison.differences.flatMap { difference -> [[String]] in
            difference.values.enumerated().map { index, values in
                let shown =
                    values.isEmpty ? "(absent)" : values.prefix(4).map { display.text($0) }.joined(separator: ", ")
                return [index == 0 ? difference.title : "", comparison.settings[index], shown]
            }
        }
        return Section(
            title: "Fields that took one value per setting", sentences: [], columns: ["FIELD", "SETTING", "VALUE"],
            rows: rows)
    }

    private static func method(_ comparison: Comparison) -> Section {
        let how =
            comparison.isExact
            ? "all \(comparison.relabelings) ways to divide the runs"
            : "\(comparison.relabelings) random ways to divide the runs"
        return Section(
            title: "How this was decided",
            sentences: [
                "\(comparison.runsText) runs were compared in \(comparison.fields) fields. "
                    + "\(comparison.classes["constant", default: 0]) were the same in every run, "
                    + "\(comparison.classes["random", default: 0]) were new in every run, and "
                    + "\(comparison.classes["derived", default: 0]) are functions of others.",
                "A field counts if it takes one value under each setting and not the same under all. The test asks how often that "
                    + "would happen to any field if the settings made no difference: it goes through \(how) and counts those "
                    + "under which some field does. The least probability that so many runs can show is "
                    + "\(Comparison.text(comparison.leastP)).",
            ])
    }

    private static func controls(_ comparison: Comparison) -> Section {
        Section(
            title: "Control: each setting against itself",
            sentences: [
                "A field that also separates earlier from later runs of the same setting may change with time instead."
            ],
            columns: ["SETTING", "RUNS", "FIELDS"],
            rows: comparison.controls.map { control in
                [control.setting, control.runs.map(String.init).joined(separator: "+"), String(control.separating)]
            })
    }

    private static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
