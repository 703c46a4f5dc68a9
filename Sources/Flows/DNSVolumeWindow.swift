import Bytes
import Glibc

/// The open window of one source: sums, a bitmap of the names and a histogram of their characters. No heap.
struct DNSVolumeWindow: Sendable {
    let start: Timestamp
    private var queries = 0
    private var nameBytes = 0
    private var longestLabel = 0
    /// Characters left of the last two labels, of all questions by kind and of names asked for the first time.
    private var histogram = InlineArray<40, UInt32>(repeating: 0)
    private var freshCharacters = 0
    private var seen = InlineArray<16, UInt64>(repeating: 0)

    init(start: Timestamp) {
        self.start = start
    }

    mutating func add(_ name: ArraySlice<UInt8>) {
        queries &+= 1
        nameBytes &+= name.count
        let isFresh = mark(name)
        let carrierEnd = Self.carrierEnd(of: name)
        var label = 0
        for index in name.indices {
            guard name[index] != UInt8(ascii: ".") else {
                label = 0
                continue
            }
            label &+= 1
            longestLabel = max(longestLabel, label)
            guard index < carrierEnd else { continue }
            histogram[Self.kind(of: name[index])] &+= 1
            if isFresh { freshCharacters &+= 1 }
        }
    }

    var counts: DNSVolume.Counts {
        let bits = entropy
        var counts = DNSVolume.Counts(start: start)
        counts.queries = queries
        counts.uniqueNames = uniqueNames
        counts.longestLabel = longestLabel
        counts.nameBytes = nameBytes
        counts.entropy = bits
        counts.carriedBytes = Int(Double(freshCharacters) * bits / 8)
        return counts
    }

    /// Sets the name's bit and returns whether it was clear: FNV-1a, mixed twice more, so that the high bits are good.
    /// The hash has no seed, so that the estimate is the same in every run.
    private mutating func mark(_ name: ArraySlice<UInt8>) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        let (word, bit) = (Int(hash >> 60), UInt64(1) << (hash >> 54 & 63))
        let isFresh = seen[word] & bit == 0
        seen[word] |= bit
        return isFresh
    }

    private var uniqueNames: Int {
        var clear = 0
        for index in 0..<16 { clear += 64 - seen[index].nonzeroBitCount }
        return Int((1024 * log(1024 / Double(max(1, clear)))).rounded())
    }

    private var entropy: Double {
        var total = 0.0
        for index in 0..<40 { total += Double(histogram[index]) }
        guard total > 0 else { return 0 }
        var bits = 0.0
        for index in 0..<40 where histogram[index] > 0 {
            let share = Double(histogram[index]) / total
            bits -= share * log2(share)
        }
        return bits
    }

    /// Where the last two labels begin: what stands left of them the asking side may choose freely.
    private static func carrierEnd(of name: ArraySlice<UInt8>) -> Int {
        var dots = 0
        for index in name.indices.reversed() where name[index] == UInt8(ascii: ".") {
            dots += 1
            if dots == 2 { return index }
        }
        return name.startIndex
    }

    private static func kind(of byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte &- UInt8(ascii: "a"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte &- UInt8(ascii: "0")) &+ 26
        case UInt8(ascii: "-"): 36
        case UInt8(ascii: "_"): 37
        case UInt8(ascii: "\\"): 38
        default: 39
        }
    }
}
