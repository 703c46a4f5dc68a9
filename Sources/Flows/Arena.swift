import Bytes

/// Values that come and go, each in a numbered place of one stretch of memory, where it is changed as it lies.
///
/// Places are used again. The stretch doubles as values come and never shrinks; whoever owns it bounds it by `growth`.
struct Arena<Element: BitwiseCopyable & Sendable>: ~Copyable {
    private var elements: FixedBuffer<Element>
    private var free: [Int] = []
    private var used = 0

    /// An arena of nothing; `blank` fills places that nobody uses.
    init(blank: Element) {
        elements = FixedBuffer(repeating: blank, count: 0)
    }

    /// The number of values.
    var count: Int { used - free.count }

    /// The bytes of all places.
    var memory: Int { elements.count * MemoryLayout<Element>.stride }

    /// How many bytes more the next `insert` would take; 0 where there is a place.
    var growth: Int {
        free.isEmpty && used == elements.count ? (grownCount - used) * MemoryLayout<Element>.stride : 0
    }

    /// Puts `element` in a place and returns its number.
    mutating func insert(_ element: Element) -> Int {
        let place: Int
        if let last = free.popLast() {
            place = last
        } else {
            if used == elements.count { elements = elements.grown(to: grownCount, fill: element) }
            place = used
            used += 1
        }
        elements[place] = element
        return place
    }

    /// Frees the place of a value.
    mutating func remove(_ place: Int) { free.append(place) }

    /// The value in a place, as it lies.
    subscript(place: Int) -> Element {
        @inline(__always) _read { yield elements[place] }
        @inline(__always) _modify { yield &elements[place] }
    }

    private var grownCount: Int { max(16, elements.count * 2) }
}
