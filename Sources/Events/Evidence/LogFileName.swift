/// The name of a log file: `events-<sensor>-<boot>-<number>.jsonl`. The chain file beside it ends in `.chain`.
///
/// Anyone who can write to the directory can choose names, so that no number outside `numbers` is taken for one of egret's.
struct LogFileName: Hashable, Sendable {
    /// The sensor's id, as far as it can be part of a name.
    let sensor: String
    /// The run.
    let boot: String
    /// The file's number within the run.
    let number: Int

    /// The numbers that a run gives to its files. The end leaves room for arithmetic, and no run comes near it.
    static var numbers: ClosedRange<Int> { 1...(1 << 53) }

    /// What the names of log files end in.
    static var suffix: String { ".jsonl" }
    /// What the names of chain files end in.
    static var chainSuffix: String { ".chain" }

    /// A name of these parts.
    init(sensor: String, boot: String, number: Int) {
        self.sensor = sensor
        self.boot = boot
        self.number = number
    }

    /// Reads the name of a log file; `nil` if egret gives no such name.
    init?(_ name: String) {
        guard name.hasPrefix("events-"), name.hasSuffix(Self.suffix) else { return nil }
        let parts = name.dropFirst(7).dropLast(Self.suffix.count).split(
            separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let digits = parts.last, let number = Int(digits), Self.numbers.contains(number),
            String(number) == digits, name.utf8.allSatisfy(Self.isAllowed)
        else { return nil }
        self.init(
            sensor: parts.dropLast(2).joined(separator: "-"), boot: String(parts[parts.count - 2]), number: number)
    }

    /// Whether `byte` can be part of a name: an ASCII letter, a digit, or one of `._-`.
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x2D: true
        default: false
        }
    }

    /// The name of the log file.
    var text: String { "events-\(sensor)-\(boot)-\(number)\(Self.suffix)" }

    /// The name of the chain file beside the log file called `name`.
    static func chain(beside name: String) -> String {
        (name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name) + chainSuffix
    }

    /// The name of the log file beside the chain file called `name`; `nil` if that is no chain file.
    static func log(beside name: String) -> String? {
        guard name.hasPrefix("events-"), name.hasSuffix(chainSuffix) else { return nil }
        return name.dropLast(chainSuffix.count) + suffix
    }
}
