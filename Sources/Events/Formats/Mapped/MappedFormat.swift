/// Another schema, written from egret's own form by the table of `FieldMapping`.
///
/// An event is written in its own form first, with everything that that leaves out, and each field then put where the table
/// says; so a new field, and one that is to be hidden, needs no word here. Fields without a place of their own keep their
/// names below one object. Several times the cost of the own form; events, not packets, pay it.
protocol MappedFormat: EventFormat {
    /// The object for what has no place: `egret`, `unmapped`.
    static var rest: String { get }

    /// Where a field goes in events of the kind; nothing for the rest.
    func target(of mapping: FieldMapping, in kind: Event.Kind) -> (path: String, conversion: FieldMapping.Conversion)?

    /// What the schema asks for beside the fields.
    func complete(_ tree: inout MappedTree, _ fields: NativeFields, _ kind: Event.Kind)
}

extension MappedFormat {
    /// Writes the event: see `EventFormat`.
    public func write(
        _ event: Event, sequence: UInt64, sensor: SensorIdentity, detail: Detail, to writer: inout JSONWriter
    ) {
        var native = JSONWriter(limit: writer.limit)
        NativeFormat().write(event, sequence: sequence, sensor: sensor, detail: detail, to: &native)
        // What is left out at the next level would be left out of this too.
        guard !native.isOverLimit else { return writer.refuse() }
        let fields = NativeFields(native.bytes)
        var tree = MappedTree()
        var rest: [(String, ArraySlice<UInt8>)] = []
        for field in fields.fields where !Self.dropped.contains(field.path) {
            if let mapping = FieldMapping.byPath[field.path], let target = target(of: mapping, in: event.kind),
                let value = target.conversion.apply(field.json)
            {
                tree.put(target.path, value)
            } else {
                rest.append(("\(Self.rest).\(field.path)", field.json))
            }
        }
        complete(&tree, fields, event.kind)
        for (path, json) in rest { tree.put(path, json) }
        tree.write(to: &writer)
    }

    /// Said in the schema's own words.
    static var dropped: Set<String> { ["type", "schema", "action"] }
}

extension FieldMapping.Conversion {
    /// The value as the other schema has it; nothing where it cannot be that.
    func apply(_ json: ArraySlice<UInt8>) -> [UInt8]? {
        switch self {
        case .same: Array(json)
        case .milliseconds: Self.milliseconds(json).map { Array("\($0)".utf8) }
        case .toNanoseconds: Self.seconds(json, digits: 9).map { Array("\($0)".utf8) }
        case .toMilliseconds: Self.seconds(json, digits: 3).map { Array("\($0)".utf8) }
        case .toText: [UInt8(ascii: "\"")] + json + [UInt8(ascii: "\"")]
        case .words(let words, let other):
            Array((words[String(decoding: json.dropFirst().dropLast(), as: UTF8.self)] ?? other).utf8)
        }
    }

    /// The milliseconds since 1970 of `"2026-07-10T02:14:07.123456789Z"`, as this module writes moments.
    private static func milliseconds(_ json: ArraySlice<UInt8>) -> Int64? {
        let text = Array(json)
        guard text.count == 32 else { return nil }
        func number(_ range: Range<Int>) -> Int64? { Int64(String(decoding: text[range], as: UTF8.self)) }
        guard let year = number(1..<5), let month = number(6..<8), let day = number(9..<11), let hour = number(12..<14),
            let minute = number(15..<17), let second = number(18..<20), let fraction = number(21..<24)
        else { return nil }
        // Days of the proleptic Gregorian calendar, in years that begin on 1 March.
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// `731.998` in units of so many digits behind the point; what is finer is left out.
    private static func seconds(_ json: ArraySlice<UInt8>, digits: Int) -> String? {
        let parts = json.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count > 1 ? parts[1].prefix(digits) : []
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: digits - fraction.count)
        return Int64(String(decoding: Array(whole) + fraction + zeros, as: UTF8.self)).map { "\($0)" }
    }
}
