/// Makes the variables of a comparison out of the fields of matched requests.
struct VariableCollection {
    private let runs: [RunRecording]
    private let labels: [Int]
    private let equate: [String: String]
    private let derived: Set<String>
    /// The variables.
    private(set) var variables: [FieldVariable] = []

    /// The variables of `runs`.
    init(_ runs: [RunRecording], equate: [String: String]) {
        self.runs = runs
        self.equate = equate
        labels = runs.map(\.setting)
        // A field counts as derived if it is in every run: a coincidence is not.
        derived = runs.dropFirst().reduce(runs.first?.derived ?? []) { $0.intersection($1.derived) }
        for group in RequestMatching(equate: equate).groups(runs) { add(group) }
    }

    private mutating func add(_ group: RequestMatching.Group) {
        let positional = ArrayShapes.positional(group.runs.flatMap { $0 })
        let tables = group.runs.map { requests -> FieldTable? in
            guard !requests.isEmpty else { return nil }
            var table = FieldTable(positional: positional, equate: equate)
            for request in requests { table.add(request) }
            return table
        }
        addValues(group.key, tables)
        addOrders(group.key, tables)
    }

    private mutating func addValues(_ group: RequestGroup, _ tables: [FieldTable?]) {
        let paths = Set(tables.flatMap { $0.map { Array($0.values.keys) } ?? [] }).sorted()
        var parents: [String: String] = [:]
        for table in tables { parents.merge(table?.parents ?? [:]) { first, _ in first } }
        for path in paths {
            let values = tables.map { $0?.values[path] }
            // What is missing because what it is in is missing is not told again.
            if values.contains(where: { $0 == nil }), let parent = parents[path], isSameAbsence(values, parent, tables)
            {
                continue
            }
            if path.hasSuffix("{}") || path.hasSuffix("[]"), !values.contains(where: { $0 == nil }) { continue }
            add(group, path, values)
        }
    }

    private func isSameAbsence(_ values: [Set<ComparedValue>?], _ parent: String, _ tables: [FieldTable?]) -> Bool {
        let present = Set(values.compactMap { $0 })
        return present.count == 1 && zip(values, tables).allSatisfy { ($0 == nil) == ($1?.values[parent] == nil) }
    }

    private mutating func add(_ group: RequestGroup, _ path: String, _ values: [Set<ComparedValue>?]) {
        let isDerived = derived.contains(FieldPath.withoutPositions(path))
        let whole = FieldVariable(group: group, path: path, values: values, labels: labels, isDerived: isDerived)
        guard whole.kind != .constant, let texts = texts(values), let alignment = TextAlignment(texts) else {
            variables.append(whole)
            return
        }
        guard !alignment.slots.isEmpty else {
            variables.append(whole)
            return
        }
        for slot in alignment.slots {
            let contents = slot.contents.map { Set([ComparedValue(value: .text($0), raw: nil)]) as Set<ComparedValue>? }
            variables.append(
                FieldVariable(
                    group: group, path: path, slot: slot.position, values: contents, labels: labels,
                    isDerived: isDerived))
        }
    }

    /// The texts of the runs if each has exactly one.
    private func texts(_ values: [Set<ComparedValue>?]) -> [String]? {
        var texts: [String] = []
        for value in values {
            guard let value, value.count == 1, case .text(let text)? = value.first?.value else { return nil }
            texts.append(text)
        }
        // The same text in another writing is a difference of the writing.
        return Set(texts).count > 1 ? texts : nil
    }

    /// The order of members, of those alone that each request has: a member that is missing is a variable of its own.
    private mutating func addOrders(_ group: RequestGroup, _ tables: [FieldTable?]) {
        guard tables.allSatisfy({ $0 != nil }) else { return }
        for path in Set(tables.flatMap { $0.map { Array($0.orders.keys) } ?? [] }).sorted() {
            let lists = tables.map { $0?.orders[path] ?? [] }
            guard lists.allSatisfy({ !$0.isEmpty }) else { continue }
            let all = lists.flatMap { $0 }
            let common = all.dropFirst().reduce(Set(all.first ?? [])) { $0.intersection($1) }
            let values = lists.map { list -> Set<ComparedValue>? in
                Set(
                    list.map { names in
                        ComparedValue(value: .text(names.filter(common.contains).joined(separator: ",")), raw: nil)
                    })
            }
            variables.append(
                FieldVariable(group: group, path: path + "~order", values: values, labels: labels, isDerived: false))
        }
    }
}
