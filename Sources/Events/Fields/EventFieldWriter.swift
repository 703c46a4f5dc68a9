import Bytes

/// Receives the members of an event, one typed call per member, in the fixed order of the schema.
///
/// An event describes itself once, in the extensions of this protocol (`NativeFormat+Flow.swift` and its neighbors).
/// `JSONWriter` turns the calls into egret's own lines; `EventFieldCollector` keeps them as typed values, from which other
/// schemas are written. The calls are generic and specialized inside this module, so that a line costs no dynamic dispatch.
protocol EventFieldWriter {
    /// Opens an element of an array.
    mutating func beginObject()
    /// Opens the object `key`.
    mutating func beginObject(_ key: StaticString)
    /// Opens the object `key`, an enumeration value that is known only at run time.
    mutating func beginObject(word key: String)
    /// Opens the object `key`, whose own keys are chosen by others and are no words of the schema.
    mutating func beginMap(_ key: StaticString)
    /// Closes the innermost object.
    mutating func endObject()
    /// Opens the array `key`.
    mutating func beginArray(_ key: StaticString)
    /// Closes the innermost array.
    mutating func endArray()
    /// Writes a value of an enumeration.
    mutating func keyword(_ key: StaticString, _ value: String)
    /// Writes a text.
    mutating func string(_ key: StaticString, _ value: String)
    /// Writes a text under a key of a map.
    mutating func string(foreign key: String, _ value: String)
    /// Writes a text of at most `count` bytes of JSON.
    mutating func identifier(_ key: StaticString, _ value: String, maximum count: Int)
    /// Writes an array of texts if there are any.
    mutating func strings(_ key: StaticString, _ values: [String])
    /// Writes a truth value.
    mutating func bool(_ key: StaticString, _ value: Bool)
    /// Writes an address.
    mutating func address(_ key: StaticString, _ address: IPAddress)
    /// Writes a whole number.
    mutating func integer(_ key: StaticString, _ value: some BinaryInteger)
    /// Writes a whole number under an enumeration value.
    mutating func integer(word key: String, _ value: some BinaryInteger)
    /// Writes a whole number under a key of a map.
    mutating func integer(foreign key: String, _ value: some BinaryInteger)
    /// Writes an array of whole numbers if there are any.
    mutating func integers(_ key: StaticString, _ values: [some BinaryInteger])
    /// Writes a length of time, given in nanoseconds, in seconds.
    mutating func seconds(_ key: StaticString, nanoseconds: Int64)
    /// Writes a number; `nil`, infinity and not-a-number leave the member out.
    mutating func double(_ key: StaticString, _ value: Double?)
    /// Writes `count` hexadecimal digits as a text.
    mutating func hexadecimal(_ key: StaticString, _ value: UInt64, count: Int)
    /// Writes a moment.
    mutating func time(_ key: StaticString, _ time: Timestamp)
    /// Writes `first/second/number` as a text, each of the two texts of at most 256 bytes of JSON.
    mutating func composite(_ key: StaticString, first: String, second: String, number: UInt64)
    /// Writes a text of ASCII characters that need no escape, made by `append` into the bytes that it is given.
    mutating func plain(_ key: StaticString, _ append: (inout [UInt8]) -> Void)
}

extension EventFieldWriter {
    /// Writes a text if there is one.
    mutating func string(_ key: StaticString, _ value: String?) {
        if let value { string(key, value) }
    }

    /// Writes a whole number if there is one.
    mutating func integer(_ key: StaticString, _ value: (some BinaryInteger)?) {
        if let value { integer(key, value) }
    }

    /// Writes a text of at most 256 bytes of JSON.
    mutating func identifier(_ key: StaticString, _ value: String) { identifier(key, value, maximum: 256) }

    /// Writes every counter of `counters` as an object under `key`, in the order of the cases.
    mutating func counters<Key>(_ key: StaticString, _ counters: CounterSet<Key>) {
        beginObject(key)
        for name in Key.allCases { integer(word: name.rawValue, counters[name]) }
        endObject()
    }
}

extension JSONWriter: EventFieldWriter {
    mutating func composite(_ key: StaticString, first: String, second: String, number: UInt64) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        composite(first: first, second: second, number: number)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func composite(first: String, second: String, number: UInt64) {
        appendIdentifier(first)
        bytes.append("/")
        appendIdentifier(second)
        bytes.append("/")
        bytes.append(decimal: number)
    }

    mutating func beginMap(_ key: StaticString) { beginObject(key) }

    mutating func plain(_ key: StaticString, _ append: (inout [UInt8]) -> Void) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        append(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}
