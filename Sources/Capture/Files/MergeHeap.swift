import Bytes

/// The heads of several files, the earliest on top; of equal times the file that was named first.
@usableFromInline
struct MergeHeap {
    /// The time of a file's next frame, and the file.
    struct Head {
        var time: Timestamp
        var input: Int

        func isBefore(_ other: Head) -> Bool {
            time == other.time ? input < other.input : time < other.time
        }
    }

    private var heads: [Head]

    init(_ heads: [Head]) {
        // A sorted array is a heap.
        self.heads = heads.sorted { $0.isBefore($1) }
    }

    /// The file whose frame is next.
    var top: Int? { heads.first?.input }

    /// Until when the top file may be read before another one's frame is due.
    var bound: Timestamp {
        guard heads.count > 1 else { return Timestamp(nanoseconds: .max) }
        let next = heads.count > 2 && heads[2].isBefore(heads[1]) ? heads[2] : heads[1]
        return heads[0].input < next.input ? next.time : next.time.advanced(byNanoseconds: -1)
    }

    /// Gives the top file its new head. Cost: logarithmic in the number of files.
    mutating func replaceTop(with time: Timestamp) {
        heads[0].time = time
        siftDown()
    }

    /// Removes the top file.
    mutating func removeTop() {
        heads.swapAt(0, heads.count - 1)
        heads.removeLast()
        siftDown()
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2)
            where child < heads.count && heads[child].isBefore(heads[least]) {
                least = child
            }
            if least == parent { return }
            heads.swapAt(parent, least)
            parent = least
        }
    }
}
