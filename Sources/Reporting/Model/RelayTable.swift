import Bytes

/// Far ends that no entry of the catalog names and that are consistent with relays of AI models.
///
/// Bounded by `limit` hosts; further ones are counted.
struct RelayTable {
    /// What was seen of one far end.
    struct Entry {
        var score: Int64 = 0
        var reasons: [String] = []
        var totals = UsageTotals()
        var sources: Set<UInt32> = []
    }

    static var limit: Int { 2_000 }

    private(set) var entries: [UInt32: Entry] = [:]
    private(set) var omitted: Int64 = 0

    /// Takes a flow event whose far end, of the number `host`, is suspected.
    mutating func add(_ line: EventLine, _ bytes: RawSpan, host: UInt32, source: UInt32, use: FlowUse) {
        guard entries[host] != nil || entries.count < Self.limit else {
            omitted = omitted.addingClamped(1)
            return
        }
        var entry = entries[host] ?? Entry()
        let score = line.integer(.relayScore, bytes) ?? 0
        if score > entry.score || entry.reasons.isEmpty {
            entry.score = max(entry.score, score)
            entry.reasons = Array(line.strings(.relayReasons, bytes).prefix(8))
        }
        entry.totals.add(use)
        if entry.sources.count < 1_000 { entry.sources.insert(source) }
        entries[host] = entry
    }
}

extension EventLine {
    /// The texts of a list.
    func strings(_ field: EventField, _ bytes: RawSpan) -> [String] {
        let value = self[field]
        guard value.kind == .list else { return [] }
        var cursor = JSONCursor(offset: value.start + 1, end: value.end - 1)
        var texts: [String] = []
        while cursor.offset < cursor.end {
            cursor.skipBlanks(bytes)
            guard let element = cursor.value(bytes) else { break }
            if element.kind == .text || element.kind == .escapedText { texts.append(string(element, bytes)) }
            cursor.skipBlanks(bytes)
            guard cursor.take(UInt8(ascii: ","), bytes) else { break }
        }
        return texts
    }
}
