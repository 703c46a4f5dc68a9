import Bytes

/// The members of one event as typed values, by path and in the order of the schema.
///
/// Objects are flattened into paths (`flow.bytes_up`). Elements of arrays, and objects whose keys are chosen by others, stay
/// values of their own. Cost: an array entry and a path a member; events pay it, packets do not.
struct EventFieldCollector {
    /// One member.
    struct Field {
        /// The path, `src.ip`.
        var path: String
        /// The value.
        var value: EventValue
    }

    /// An open object or array.
    private enum Frame {
        /// An object of the schema; its path with a dot at the end.
        case schema(prefix: String)
        /// An object that is a value: its path and its members so far.
        case map(key: String, members: [(key: String, value: EventValue)])
        /// An array of objects: its path and its elements so far.
        case array(key: String, elements: [EventValue])
    }

    /// The members so far.
    private(set) var fields: [Field] = []
    private var index: [String: Int] = [:]
    private var frames: [Frame] = []

    /// The value at `path`.
    subscript(path: String) -> EventValue? { index[path].map { fields[$0].value } }

    /// The text at `path`.
    func text(_ path: String) -> String? { self[path]?.text }

    /// The whole number at `path`.
    func number(_ path: String) -> Int64? {
        if case .integer(let number) = self[path] { number } else { nil }
    }

    /// Whether the value at `path` is `true`.
    func isTrue(_ path: String) -> Bool { self[path] == .boolean(true) }

    private mutating func put(_ key: String, _ value: EventValue) {
        switch frames.last {
        case .map(let path, var members):
            members.append((key, value))
            frames[frames.count - 1] = .map(key: path, members: members)
        case .schema(let prefix): add(prefix + key, value)
        case .array, nil: add(key, value)
        }
    }

    private mutating func add(_ path: String, _ value: EventValue) {
        index[path] = fields.count
        fields.append(Field(path: path, value: value))
    }

    private mutating func open(_ key: String) {
        switch frames.last {
        case .map: frames.append(.map(key: key, members: []))
        case .schema(let prefix): frames.append(.schema(prefix: "\(prefix)\(key)."))
        case .array, nil: frames.append(.schema(prefix: "\(key)."))
        }
    }
}

extension EventFieldCollector: EventFieldWriter {
    mutating func beginObject() {
        // The outermost object has no path; an element of an array is a value.
        if case .array = frames.last { return frames.append(.map(key: "", members: [])) }
        frames.append(.schema(prefix: ""))
    }

    mutating func beginObject(_ key: StaticString) { open(key.description) }
    mutating func beginObject(word key: String) { open(key) }
    mutating func beginMap(_ key: StaticString) { frames.append(.map(key: key.description, members: [])) }

    mutating func endObject() {
        guard case .map(let key, let members) = frames.popLast() else { return }
        if case .array(let path, var elements) = frames.last {
            elements.append(.object(members))
            frames[frames.count - 1] = .array(key: path, elements: elements)
        } else {
            put(key, .object(members))
        }
    }

    mutating func beginArray(_ key: StaticString) { frames.append(.array(key: key.description, elements: [])) }

    mutating func endArray() {
        guard case .array(let key, let elements) = frames.popLast() else { return }
        put(key, .list(elements))
    }

    mutating func keyword(_ key: StaticString, _ value: String) { put(key.description, .keyword(value)) }
    mutating func string(_ key: StaticString, _ value: String) { put(key.description, .string(value)) }
    mutating func string(foreign key: String, _ value: String) { put(key, .string(value)) }

    mutating func identifier(_ key: StaticString, _ value: String, maximum count: Int) {
        put(key.description, .identifier(value, maximum: count))
    }

    mutating func strings(_ key: StaticString, _ values: [String]) {
        if !values.isEmpty { put(key.description, .list(values.map { .string($0) })) }
    }

    mutating func bool(_ key: StaticString, _ value: Bool) { put(key.description, .boolean(value)) }
    mutating func address(_ key: StaticString, _ address: IPAddress) { put(key.description, .address(address)) }

    mutating func integer(_ key: StaticString, _ value: some BinaryInteger) {
        put(key.description, .integer(Int64(clamping: value)))
    }

    mutating func integer(word key: String, _ value: some BinaryInteger) { put(key, .integer(Int64(clamping: value))) }
    mutating func integer(foreign key: String, _ value: some BinaryInteger) {
        put(key, .integer(Int64(clamping: value)))
    }

    mutating func integers(_ key: StaticString, _ values: [some BinaryInteger]) {
        if !values.isEmpty { put(key.description, .list(values.map { .integer(Int64(clamping: $0)) })) }
    }

    mutating func seconds(_ key: StaticString, nanoseconds: Int64) { put(key.description, .duration(nanoseconds)) }

    mutating func double(_ key: StaticString, _ value: Double?) {
        if let value, value.isFinite { put(key.description, .number(value)) }
    }

    mutating func hexadecimal(_ key: StaticString, _ value: UInt64, count: Int) {
        plain(key) { $0.append(hexadecimal: value, count: count) }
    }

    mutating func time(_ key: StaticString, _ time: Timestamp) { put(key.description, .time(time)) }

    mutating func composite(_ key: StaticString, first: String, second: String, number: UInt64) {
        put(key.description, .composite(first, second, number))
    }

    mutating func plain(_ key: StaticString, _ append: (inout [UInt8]) -> Void) {
        var bytes: [UInt8] = []
        append(&bytes)
        put(key.description, .keyword(String(decoding: bytes, as: UTF8.self)))
    }
}
