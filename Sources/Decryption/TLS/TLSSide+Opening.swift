import Bytes

extension TLSSide {
    /// The most record numbers that are tried after a loss.
    static let numberLimit: UInt64 = 65_536
    /// The most numbers that are tried in vain for one direction.
    static let searchLimit = 524_288

    /// A record that was opened, and how many records of the same stage were passed over.
    struct Opening {
        var record: OpenedRecord
        var phase: TLSPhase
        /// Records of this stage between the last one that was opened and this one; `nil` if the stage changed.
        var skipped: UInt64?
        var overhead: Int?
    }

    /// Opens a record with the current keys, or with those that may have come into use: the tag decides.
    func open(header: [UInt8], body: RawSpan) -> Opening? {
        guard current < stages.count else { return nil }
        let stage = stages[current]
        if let record = stage.keys.open(header: header, body: body, number: number) {
            number &+= 1
            return Opening(record: record, phase: stage.phase, skipped: 0, overhead: stage.keys.overhead)
        }
        guard searchBudget > 0 else { return nil }
        let reach = isAfterGap ? reach(of: body) : 0
        if reach > 0, let found = search(stage.keys, from: number &+ 1, reach: reach, header: header, body: body) {
            let skipped = found.number &- number
            number = found.number &+ 1
            return Opening(record: found.record, phase: stage.phase, skipped: skipped, overhead: stage.keys.overhead)
        }
        return openLater(reach: reach, header, body)
    }

    /// How many record numbers may have been passed over, by the bytes that are missing.
    private func reach(of body: RawSpan) -> UInt64 {
        isNumberKnown ? min(unopenedBytes / 22 &+ 2, Self.numberLimit) : Self.numberLimit
    }

    private func search(
        _ keys: any RecordOpener, from first: UInt64, reach: UInt64, header: [UInt8], body: RawSpan
    ) -> (record: OpenedRecord, number: UInt64)? {
        for step in 0..<reach where searchBudget > 0 {
            searchBudget -= 1
            let number = first &+ step
            if let record = keys.open(header: header, body: body, number: number) { return (record, number) }
        }
        return nil
    }

    /// Tries the stages after the current one, and the keys after a KeyUpdate that was not seen.
    private func openLater(reach: UInt64, _ header: [UInt8], _ body: RawSpan) -> Opening? {
        var index = current + 1
        while true {
            if index >= stages.count {
                guard hasOpenedApplication || isAfterGap, index < current + 3, let next = nextGeneration() else {
                    return nil
                }
                stages.append(next)
            }
            let stage = stages[index]
            if let found = search(stage.keys, from: 0, reach: reach &+ 1, header: header, body: body) {
                current = index
                number = found.number &+ 1
                return Opening(record: found.record, phase: stage.phase, skipped: nil, overhead: stage.keys.overhead)
            }
            index += 1
        }
    }
}
