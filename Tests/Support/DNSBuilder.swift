/// Builds DNS messages for tests, name by name and record by record.
public struct DNSBuilder {
    /// The message's number.
    public var id: UInt16 = 0x1234
    /// The flags; an answer without error unless changed.
    public var flags: UInt16 = 0x8180
    /// The number of records in the answer section.
    public var answers: UInt16 = 0
    /// The number of records in the additional section.
    public var additional: UInt16 = 0
    /// Everything after the header.
    public var body: [UInt8] = []

    /// A 16-bit number in network byte order, cut to its low bits.
    public static func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

    /// The wire form of a dotted name, uncompressed.
    public static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// The pointer to the question's name.
    public static let toQuestion: [UInt8] = [0xC0, 0x0C]

    /// The answer to a question, without records.
    public init(question: String, type: Int) {
        body = Self.name(question) + Self.word(type) + [0, 1]
    }

    /// A question.
    public static func query(_ name: String, type: Int) -> [UInt8] {
        var builder = DNSBuilder(question: name, type: type)
        builder.flags = 0x0100
        return builder.bytes
    }

    /// Adds a record to the answer section.
    public mutating func answer(_ owner: [UInt8] = toQuestion, type: Int, ttl: Int = 300, _ data: [UInt8]) {
        answers += 1
        body += Self.record(owner, type: type, ttl: ttl, data)
    }

    /// A record's wire form.
    public static func record(_ owner: [UInt8], type: Int, ttl: Int, _ data: [UInt8]) -> [UInt8] {
        owner + word(type) + [0, 1] + word(ttl >> 16) + word(ttl) + word(data.count) + data
    }

    /// A service binding's data.
    public static func service(_ priority: Int, _ target: String, _ parameters: [(Int, [UInt8])]) -> [UInt8] {
        word(priority) + name(target) + parameters.flatMap { word($0.0) + word($0.1.count) + $0.1 }
    }

    /// An ECHConfigList with one configuration for each public name.
    public static func configurations(_ publicNames: [String], version: Int = 0xFE0D) -> [UInt8] {
        let list = publicNames.flatMap { name -> [UInt8] in
            let key: [UInt8] = [7, 0, 0x20] + word(32) + [UInt8](repeating: 9, count: 32) + word(4) + [0, 1, 0, 1]
            let contents = key + [0, UInt8(name.utf8.count)] + Array(name.utf8) + word(0)
            return word(version) + word(contents.count) + contents
        }
        return word(list.count) + list
    }

    /// The whole message.
    public var bytes: [UInt8] {
        Self.word(Int(id)) + Self.word(Int(flags)) + [0, 1] + Self.word(Int(answers)) + [0, 0]
            + Self.word(Int(additional)) + body
    }
}
