import Bytes

/// Whether any field of what a client sends depends on a setting.
package struct Comparison: Sendable {
    /// A field that takes one value per setting.
    package struct Difference: Sendable {
        /// The method.
        package var method: String
        /// The host, after `--equate`.
        package var host: String
        /// The path, with identifiers as `{id}`.
        package var path: String
        /// The field.
        package var field: String
        /// The positions of the slots in the text that differ, if the text is mostly alike in all runs; the values are those
        /// of the first.
        package var slots: [Int]
        /// The values by setting; more than one if elements of an array have the same name, none if the field is absent.
        package var values: [[FieldValue]]
        /// The share of relabelings under which this field separates.
        package var p: Double
        /// The share of relabelings under which any field separates.
        package var familyP: Double

        func isSameField(as other: Difference) -> Bool {
            (method, host, path, field) == (other.method, other.host, other.path, other.field)
        }
    }

    /// The same setting, its earlier runs against its later ones.
    package struct Control: Sendable {
        /// The setting.
        package var setting: String
        /// The numbers of runs of the two halves.
        package var runs: [Int]
        /// The number of fields that took one value per half.
        package var separating: Int
    }

    /// The names of the settings.
    package var settings: [String]
    /// The number of runs of each setting.
    package var runs: [Int]
    /// The number of fields that were examined.
    package var fields: Int
    /// The number of fields by what they do over the runs.
    package var classes: [String: Int]
    /// The number of fields whose values are not the same in all runs, without the derived ones.
    package var varying: Int
    /// The number of patterns that could separate under some relabeling: the family of the test.
    package var family: Int
    /// The fields that separate.
    package var differences: [Difference]
    /// The least p that is possible with so many runs.
    package var leastP: Double
    /// Whether all relabelings were gone through.
    package var isExact: Bool
    /// The number of relabelings.
    package var relabelings: Int
    /// The number of connections that could not be opened.
    package var unopened: Int
    /// The settings held against themselves.
    package var controls: [Control]
    /// What the reader has to know before the result.
    package var warnings: [String]

    /// The p up to which a result is called one.
    package static let level = 0.05

    /// Compares `runs`, whose settings are positions in `settings`.
    package init(_ runs: [RunRecording], settings: [String], equate: [String: String] = [:]) {
        self.settings = settings
        let labels = runs.map(\.setting)
        self.runs = settings.indices.map { index in labels.filter { $0 == index }.count }
        let variables = VariableCollection(runs, equate: equate).variables
        let test = PermutationTest(labels: labels)
        let family = Array(Set(variables.filter { Self.isTested($0) && test.isTestable($0.pattern) }.map(\.pattern)))
        fields = variables.count
        classes = [:]
        for variable in variables { classes[variable.kind.rawValue, default: 0] += 1 }
        varying = variables.filter { $0.kind != .constant && $0.kind != .derived }.count
        self.family = family.count
        leastP = test.least
        isExact = test.isExact
        relabelings = test.count ?? PermutationTest.draws
        unopened = runs.reduce(0) { $0 + $1.unopened }
        controls = Self.controls(runs, settings, equate)
        warnings = []
        differences = Self.differences(variables, family, test, labels, settings.count)
    }

    private static func isTested(_ variable: FieldVariable) -> Bool {
        variable.kind == .separating || variable.kind == .varying || variable.kind == .random
    }

    private static func differences(
        _ variables: [FieldVariable], _ family: [[Int]], _ test: PermutationTest, _ labels: [Int], _ settings: Int
    ) -> [Difference] {
        var known: [[Int]: PermutationTest.Values] = [:]
        var result: [Difference] = []
        for variable in variables where variable.kind == .separating {
            let p = known[variable.pattern] ?? test.values(of: variable.pattern, family: family)
            known[variable.pattern] = p
            let values = (0..<settings).map { setting -> [FieldValue] in
                guard let run = labels.firstIndex(of: setting), let set = variable.values[run] else { return [] }
                return set.map(\.value).sorted { $0.text < $1.text }
            }
            let difference = Difference(
                method: variable.group.method, host: variable.group.host, path: variable.group.path,
                field: variable.path, slots: variable.slot.map { [$0] } ?? [], values: values, p: p.own,
                familyP: p.family)
            // Slots of one text that separate are one difference.
            if let last = result.last, let slot = variable.slot, last.isSameField(as: difference) {
                result[result.count - 1].slots.append(slot)
            } else {
                result.append(difference)
            }
        }
        return result
    }

    /// Each setting that has four runs or more is held against itself, the earlier half against the later one. A field that
    /// separates the halves drifts with time, and so may one that separates settings recorded one after the other.
    private static func controls(_ runs: [RunRecording], _ settings: [String], _ equate: [String: String]) -> [Control]
    {
        settings.indices.compactMap { index in
            var own = runs.filter { $0.setting == index }
            guard own.count >= 4 else { return nil }
            own.sort { ($0.start ?? .distantPast) < ($1.start ?? .distantPast) }
            let half = own.count / 2
            for position in own.indices { own[position].setting = position < half ? 0 : 1 }
            let variables = VariableCollection(own, equate: equate).variables
            let count = variables.filter { $0.kind == .separating }.count
            return Control(setting: settings[index], runs: [half, own.count - half], separating: count)
        }
    }
}
