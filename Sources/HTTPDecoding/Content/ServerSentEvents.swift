import Bytes

/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
package struct ServerSentEvent: Sendable, Equatable {
    /// The type, `message` if none was sent.
    package var type: String
    /// The data: the lines of all `data` fields, joined by line feeds.
    package var data: [UInt8]
    /// The identifier in force, or `nil`.
    package var id: String?

    /// Creates an event.
    package init(type: String = "message", data: [UInt8], id: String? = nil) {
        self.type = type
        self.data = data
        self.id = id
    }
}

/// Reads the events of a `text/event-stream`: lines end with CR, LF or CRLF; comments and unknown fields are passed over.
package enum ServerSentEvents {
    /// The most events that are read.
    package static let limit = 1 << 20

    /// Whether a message holds such a stream.
    package static func isStream(_ fields: [HTTPField]) -> Bool {
        guard let type = FieldText.value("content-type", in: fields) else { return false }
        return FieldText.lowercased(type).rawSpan.hasASCII("text/event-stream")
    }

    /// The complete events of `bytes`; one that no empty line ends is dropped, as the standard says.
    package static func read(_ bytes: [UInt8]) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var data: [UInt8]?
        var type = ""
        var id: String?
        for line in lines(bytes) {
            guard !line.isEmpty else {
                if let data, events.count < limit {
                    events.append(ServerSentEvent(type: type.isEmpty ? "message" : type, data: data, id: id))
                }
                data = nil
                type = ""
                continue
            }
            let (name, value) = field(line)
            switch name {
            case "data":
                // In place: an event of a million lines costs their bytes, not their square.
                if data == nil {
                    data = Array(value)
                } else {
                    data?.append(0x0A)
                    data?.append(contentsOf: value)
                }
            case "event": type = String(decoding: value, as: UTF8.self)
            case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
            default: break
            }
        }
        return events
    }

    private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            return (String(decoding: line, as: UTF8.self), [])
        }
        var value = line[(colon + 1)...]
        if value.first == 0x20 { value = value.dropFirst() }
        return (String(decoding: line[..<colon], as: UTF8.self), value)
    }

    /// The lines that have an end.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == 0x0A || byte == 0x0D else {
                index += 1
                continue
            }
            lines.append(bytes[start..<index])
            index += byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
            start = index
        }
        return lines
    }
}
