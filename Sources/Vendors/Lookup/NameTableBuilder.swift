import Bytes

/// Collects names and their numbers, and packs them into a `NameTable`.
///
/// Of two numbers for one name and mark the later one stays. Memory until it is packed: the names and 24 bytes for each.
public struct NameTableBuilder {
    private struct Item {
        let range: Range<Int>
        let kind: NameTable.Kind
        let number: UInt32
    }

    private var bytes: [UInt8] = []
    private var items: [Item] = []
    private var refused = 0
    private let seed = NameHash.Seed()

    /// A builder of an empty table.
    public init() {}

    /// Makes room for `names` names of `bytes` bytes in all.
    public mutating func reserve(names: Int, bytes count: Int) {
        items.reserveCapacity(names)
        bytes.reserveCapacity(count)
    }

    /// Gives `name` a number under `mark`.
    public mutating func add(_ name: some Sequence<UInt8>, _ kind: NameTable.Kind, number: UInt32) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let length = bytes.count - start
        guard length <= Int(NameTable.lengthMask), bytes.count + items.count * 21 < Self.mostBytes else {
            bytes.removeLast(length)
            refused += 1
            return
        }
        items.append(Item(range: start..<bytes.count, kind: kind, number: number))
    }

    /// The table of what was added. Cost: a few hundred nanoseconds a name.
    public consuming func table() -> NameTable {
        let hashes = items.map { NameHash.whole(bytes.rawSpan.clamped($0.range), seed) }
        // Two to four names a bucket: the directory of a million takes 2 MB, which a cache next to a core still holds.
        var buckets = 1
        while buckets < items.count / 4 { buckets *= 2 }
        let order = Self.order(hashes, buckets: buckets)
        var records: [UInt8] = []
        records.reserveLargePages(bytes.count + items.count * (NameTable.headSize + NameTable.numberSize) + buckets)
        var directory = [UInt64](repeating: 0, count: buckets)
        var names: [Name] = []
        var count = 0
        var next = 0
        for bucket in 0..<buckets {
            let first = next
            while next < order.count, Self.bucket(of: hashes[Int(order[next])], buckets) == bucket {
                directory[bucket] |= NameTable.filterBits(of: hashes[Int(order[next])])
                next += 1
            }
            guard first < next else { continue }
            directory[bucket] |= UInt64(records.count)
            collect(order[first..<next], hashes, into: &names)
            write(names.prefix(Self.mostNames), into: &records)
            count += min(names.count, Self.mostNames)
            refused += max(0, names.count - Self.mostNames)
        }
        return NameTable(records: records, directory: directory, seed: seed, count: count, refused: refused)
    }

    private static func bucket(of hash: UInt64, _ buckets: Int) -> Int {
        Int(truncatingIfNeeded: hash) & (buckets - 1)
    }

    /// The items by bucket, and within one as they came: a counting sort.
    private static func order(_ hashes: [UInt64], buckets: Int) -> [UInt32] {
        var ends = [UInt32](repeating: 0, count: buckets + 1)
        for hash in hashes { ends[bucket(of: hash, buckets) + 1] += 1 }
        for bucket in 0..<buckets { ends[bucket + 1] += ends[bucket] }
        var order = [UInt32](repeating: 0, count: hashes.count)
        for (item, hash) in hashes.enumerated() {
            let bucket = bucket(of: hash, buckets)
            order[Int(ends[bucket])] = UInt32(item)
            ends[bucket] += 1
        }
        return order
    }

    /// One name of a bucket: its first item, eight bits of its hash, and its numbers by mark.
    private struct Name {
        let range: Range<Int>
        let print: UInt32
        var marks: UInt32 = 0
        var numbers: InlineArray<3, UInt32> = [0, 0, 0]
    }

    /// Puts the names of one bucket into `names`, each once. There are a handful.
    private func collect(_ bucket: ArraySlice<UInt32>, _ hashes: [UInt64], into names: inout [Name]) {
        names.removeAll(keepingCapacity: true)
        for number in bucket {
            let item = items[Int(number)]
            let index = names.firstIndex { bytes[$0.range] == bytes[item.range] } ?? names.count
            if index == names.count {
                names.append(Name(range: item.range, print: NameTable.print(of: hashes[Int(number)])))
            }
            names[index].marks |= item.kind.rawValue
            names[index].numbers[item.kind.rawValue.trailingZeroBitCount] = item.number
        }
    }

    /// Writes one bucket: the number of names, their heads, and each name behind its numbers.
    private func write(_ names: ArraySlice<Name>, into records: inout [UInt8]) {
        records.append(UInt8(truncatingIfNeeded: names.count))
        for name in names {
            let head = name.print << NameTable.printShift | name.marks << NameTable.markShift
            Self.append(head | UInt32(name.range.count), to: &records)
        }
        for name in names {
            for index in 0..<3 where name.marks >> UInt32(index) & 1 == 1 {
                Self.append(name.numbers[index], to: &records)
            }
            records.append(contentsOf: bytes[name.range])
        }
    }

    private static func append(_ number: UInt32, to records: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] { records.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// What the number of names in a bucket can say; of more than some twenty the hash would have to be known.
    private static let mostNames = 255
    private static let mostBytes = Int(UInt32.max) - 512
}
