/// One field over all runs: what a test looks at.
struct FieldVariable {
    /// What a field does over the runs.
    enum Class: String, CaseIterable {
        /// The same in every run.
        case constant
        /// One value per setting, and not the same in all.
        case separating
        /// A new value in every run.
        case random
        /// A function of other fields of the same request.
        case derived
        /// Anything else.
        case varying
    }

    /// The group of requests.
    var group: RequestGroup
    /// The path of the field.
    var path: String
    /// The position of the slot in the text, if the text is mostly alike in all runs.
    var slot: Int?
    /// The values of each run; `nil` if a run has none.
    var values: [Set<ComparedValue>?]
    /// The class of each run's values: the same number for the same values.
    var pattern: [Int]
    /// What it does.
    var kind: Class

    /// Creates a variable and finds its class.
    init(
        group: RequestGroup, path: String, slot: Int? = nil, values: [Set<ComparedValue>?], labels: [Int],
        isDerived: Bool
    ) {
        self.group = group
        self.path = path
        self.slot = slot
        self.values = values
        var numbers: [Set<ComparedValue>?: Int] = [:]
        pattern = values.map { value in
            let number = numbers[value] ?? numbers.count
            numbers[value] = number
            return number
        }
        if numbers.count <= 1 {
            kind = .constant
        } else if isDerived {
            kind = .derived
        } else if PermutationTest.separates(pattern, labels) {
            kind = .separating
        } else {
            kind = numbers.count == values.count ? .random : .varying
        }
    }
}
