import Bytes

/// A pool of values in numbered slots of one allocation, changed in place.
///
/// Slots are reused. The allocation doubles as it fills and never shrinks; its owner bounds it by `growth`.
struct Arena<Element: BitwiseCopyable & Sendable>: ~Copyable {
    private var elements: FixedBuffer<Element>
    private var free: [Int] = []

    /// An arena of nothing.
    init() {
        elements = FixedBuffer(capacity: 0)
    }

    /// The number of values.
    var count: Int { elements.count - free.count }

    /// The bytes of all places.
    var memory: Int { elements.capacity * MemoryLayout<Element>.stride }

    /// How many bytes more the next `insert` would take; 0 if there is a place.
    var growth: Int {
        guard free.isEmpty, elements.count == elements.capacity else { return 0 }
        return (grownCapacity - elements.capacity) * MemoryLayout<Element>.stride
    }

    /// Puts `element` in a place and returns its number.
    mutating func insert(_ element: Element) -> Int {
        if let last = free.popLast() {
            elements[last] = element
            return last
        }
        if elements.count == elements.capacity { elements.reserve(grownCapacity) }
        elements.append(element)
        return elements.count - 1
    }

    private var grownCapacity: Int { max(16, elements.capacity * 2) }

    /// Frees the place of a value.
    mutating func remove(_ place: Int) { free.append(place) }

    /// The value in a place, as it is.
    subscript(place: Int) -> Element {
        @inline(__always) _read { yield elements[place] }
        @inline(__always) _modify { yield &elements[place] }
    }
}
