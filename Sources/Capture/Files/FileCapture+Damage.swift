import Bytes

extension FileCapture {
    /// Ends the reading where the bytes end: cleanly between records, with a warning within one.
    @usableFromInline @inline(never)
    mutating func endOfBytes() {
        if window.available == 0, window.feed.failure == nil {
            state = .ended
        } else {
            endWithinRecord()
        }
    }

    /// Ends the reading where the bytes end before the record does.
    @usableFromInline @inline(never)
    mutating func endWithinRecord() {
        stop(window.feed.failure ?? "the file ends within a record; it was cut, or is still being written")
    }

    /// Ends the reading at damage that cannot be read past.
    @usableFromInline @inline(never)
    mutating func stop(_ reason: String) {
        state = .ended
        damage(reason + "; reading ends there")
    }

    /// Counts damage and warns of it, with its place.
    @usableFromInline @inline(never)
    mutating func damage(_ reason: String) {
        warn("after \(records) records, at byte \(window.offset): \(reason)")
        counters.damaged &+= 1
    }

    /// Ends the reading at a record too long to be one.
    @usableFromInline @inline(never)
    mutating func stopAtLength(_ length: Int) {
        stop("a record claims \(length) bytes, more than the \(Self.largestRecord) that are read")
    }

    /// Leaves a warning while there is room for one.
    mutating func warn(_ text: String) {
        if warnings.count < Self.warningLimit { warnings.append("\(name): \(text)") }
    }

    /// The frames met so far, whatever became of them.
    var records: UInt64 { counters.packets &+ counters.filtered &+ counters.damaged }
}
