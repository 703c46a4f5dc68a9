import Bytes

/// Names as bytes, each with up to three numbers, packed once and never changed: found whole, or by their labels' ends.
///
/// Made for a million names that are in no cache. The names are in one buffer, in the order of their hashes, so that a
/// directory of eight bytes a bucket says where a name would be: half of them its place, half a filter with a bit for each
/// name there. A look-up hashes a name once from its end, asks the directory at each label's beginning, and goes to the
/// buffer only where the filter has the bits: a hit costs one read of far memory and its neighbors, a miss hardly any. A
/// name takes some nine bytes beside its own, and 2 to 4 in the directory, so that of a million that is 2 MB.
///
/// The hash depends on a seed of the process, so that no one can choose host names that are in one bucket; nothing that is
/// found depends on it. Letters are hashed without their case, by leaving out the bit in which it differs, and compared with
/// it unless asked otherwise.
public struct NameTable: Sendable {
    /// What a number says of its name.
    @frozen
    public enum Kind: UInt32, Sendable, CaseIterable {
        /// It is meant of this name alone.
        case whole = 1
        /// It is meant of this name, and of all below it.
        case suffix = 2
        /// It is meant of what ends in this name, and is looked at further.
        case ending = 4
    }

    /// A name that was found.
    struct Record {
        /// Where its numbers begin.
        let numbers: Int
        /// Which it has, as a sum of marks.
        let marks: UInt32
        /// Where the name begins in what was asked for.
        let start: Int
    }

    /// Buckets, one after another: a byte for the number of names; for each a head of four bytes with eight bits of its
    /// hash, its marks and its length; then for each its numbers, of four bytes, and the name.
    let records: [UInt8]
    /// For each bucket its place, below the filter of what is there. A power of two of them.
    let directory: [UInt64]
    let seed: NameHash.Seed
    /// The number of names.
    public let count: Int
    /// The number of names that did not fit: past four gibibytes in all, or longer than two mebibytes.
    public let refused: Int

    /// A table of nothing.
    public init() {
        self.init(records: [], directory: [0], seed: NameHash.Seed(), count: 0, refused: 0)
    }

    init(records: [UInt8], directory: [UInt64], seed: NameHash.Seed, count: Int, refused: Int) {
        self.records = records
        self.directory = directory
        self.seed = seed
        self.count = count
        self.refused = refused
    }

    /// The bytes of memory that the table holds.
    public var byteCount: Int { records.capacity + directory.capacity * MemoryLayout<UInt64>.stride }

    /// The number that `name` has under `mark`, compared byte by byte. No allocation.
    public func number(_ kind: Kind, of name: RawSpan) -> UInt32? {
        guard count > 0 else { return nil }
        let hash = NameHash.whole(name, seed)
        return find(hash, in: name, from: 0, foldsCase: false).flatMap { number(kind, of: $0) }
    }

    /// Appends to `numbers` what is meant of `name`: of it alone, of it and all below, and of each name above it.
    /// Compared byte by byte; a name counts as above another where it begins at one of its labels. No allocation but
    /// the array's growth.
    public func append(to numbers: inout [UInt32], of name: RawSpan) {
        guard count > 0 else { return }
        var walk = walk(over: name)
        while let record = next(&walk, in: name, foldsCase: false) {
            if let number = number(.suffix, of: record) { numbers.append(number) }
            if record.start == 0, let number = number(.whole, of: record) { numbers.append(number) }
        }
    }

    static let headSize = 4
    static let numberSize = 4
    static let lengthMask: UInt32 = 0x1F_FFFF
    static let markShift: UInt32 = 21
    static let printShift: UInt32 = 24
    static let placeMask: UInt64 = 0xFFFF_FFFF
}
