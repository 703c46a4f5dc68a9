/// Reads server-sent events (WHATWG HTML, section 9.2.6).
package enum EventStreamReader {
    /// The events of `bytes`, each an object of its fields in order; the lines of `data` are joined.
    package static func read(_ bytes: [UInt8], budget: inout FieldBudget) throws(FieldError) -> FieldNode {
        var events: [FieldNode] = []
        var event = Event()
        var offset = 0
        for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = piece.last == 0x0D ? piece.dropLast() : piece
            if line.isEmpty {
                try finish(&event, into: &events, &budget)
            } else {
                event.take(line, at: offset)
            }
            offset += piece.count + 1
        }
        try finish(&event, into: &events, &budget)
        return FieldNode(.array(events))
    }

    private static func finish(
        _ event: inout Event, into events: inout [FieldNode], _ budget: inout FieldBudget
    ) throws(FieldError) {
        guard !event.members.isEmpty else { return }
        for _ in 0...event.members.count { try budget.takeNode() }
        events.append(FieldNode(.object(event.members), offset: event.members.first?.value.offset ?? 0))
        event = Event()
    }

    private struct Event {
        var members: [FieldNode.Member] = []

        mutating func take(_ line: ArraySlice<UInt8>, at offset: Int) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
            var value = line[(colon + 1)...]
            if value.first == 0x20 { value = value.dropFirst() }
            let name = colon == line.startIndex ? "comment" : String(decoding: line[..<colon], as: UTF8.self)
            let text = String(decoding: value, as: UTF8.self)
            let start = offset + value.startIndex - line.startIndex
            if name == "data", let last = members.last, last.name == "data", let before = last.value.text {
                members[members.count - 1].value.content = .text(before + "\n" + text)
            } else {
                members.append(.init(name: name, value: FieldNode(.text(text), offset: start)))
            }
        }
    }
}
