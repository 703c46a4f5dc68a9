import Bytes

extension NameTable {
    /// A look-up of `name`, before its first step.
    @inline(__always)
    func walk(over name: RawSpan) -> NameHash { NameHash(seed, of: name) }

    /// The next record whose name is what `name` has from one of its labels on, the shorter ones first; nothing at the end.
    @inline(__always)
    func next(_ walk: inout NameHash, in name: RawSpan, foldsCase: Bool) -> Record? {
        while let (hash, start) = walk.next(in: name) {
            if let record = find(hash, in: name, from: start, foldsCase: foldsCase) { return record }
        }
        return nil
    }

    /// The record of the bytes of `name` from `start` on, whose hash is `hash`.
    @inline(__always)
    func find(_ hash: UInt64, in name: RawSpan, from start: Int, foldsCase: Bool) -> Record? {
        let entry = directory[Int(truncatingIfNeeded: hash) & (directory.count &- 1)]
        let bits = Self.filterBits(of: hash)
        guard entry & bits == bits else { return nil }
        return scan(
            Int(truncatingIfNeeded: entry & Self.placeMask), for: name, from: start, print: Self.print(of: hash),
            foldsCase: foldsCase)
    }

    /// The record in the bucket at `place` whose name it is. Heads come first and tell where the one name is that is worth
    /// a comparison, so that no read waits for those of the names before it.
    private func scan(_ place: Int, for name: RawSpan, from start: Int, print: UInt32, foldsCase: Bool) -> Record? {
        let bytes = records.rawSpan
        let wanted = UInt32(truncatingIfNeeded: name.byteCount &- start)
        guard let count = bytes.byte(at: place) else { return nil }
        var numbers = place &+ 1 &+ Self.headSize &* Int(count)
        for index in 0..<Int(count) {
            guard let head = bytes.uint32(at: place &+ 1 &+ Self.headSize &* index) else { return nil }
            let marks = head >> Self.markShift & 7
            let text = numbers &+ Self.numberSize &* marks.nonzeroBitCount
            let end = text &+ Int(head & Self.lengthMask)
            if head >> Self.printShift == print, head & Self.lengthMask == wanted {
                let known = bytes.clamped(text..<end)
                let asked = name.clamped(start...)
                if foldsCase ? known.isLowercase(of: asked) : known.hasSameBytes(as: asked) {
                    return Record(numbers: numbers, marks: marks, start: start)
                }
            }
            numbers = end
        }
        return nil
    }

    /// The number under `mark` of a record.
    @inline(__always)
    func number(_ kind: Kind, of record: Record) -> UInt32? {
        guard record.marks & kind.rawValue != 0 else { return nil }
        let before = (record.marks & (kind.rawValue &- 1)).nonzeroBitCount
        return records.rawSpan.uint32(at: record.numbers &+ Self.numberSize &* before)
    }

    /// The bits of the bucket's filter that a name with this hash sets: two, or seldom one.
    @inline(__always)
    static func filterBits(of hash: UInt64) -> UInt64 { 1 << (32 &+ hash >> 59) | 1 << (32 &+ hash >> 54 & 31) }

    /// Eight bits of the hash that say neither which bucket nor which bits of its filter.
    @inline(__always)
    static func print(of hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 44 & 0xFF) }
}
