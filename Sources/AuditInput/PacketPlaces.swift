import Capture

/// Which file of a recording each packet is in, and its number there, from 1: the number that other programs show.
///
/// Packets of several files are read in the order of their times. Memory: a run of 24 bytes for each change of the file, at most
/// `runLimit` of them; what comes after that has no place.
final class PacketPlaces {
    /// The most changes of the file that are kept.
    static let runLimit = 1 << 20

    private struct Run {
        var first: Int
        var file: Int
        var number: Int
    }

    private let table: InterfaceTable
    private var runs: [Run] = []
    private var counts: [Int]
    private var last = -1
    private var end: Int?

    /// The places of packets of `files` files; `table` says which one is read.
    init(_ table: InterfaceTable, files: Int) {
        self.table = table
        counts = [Int](repeating: 0, count: max(files, 1))
    }

    /// Notes that the packet `packet`, the next one, was read.
    func note(_ packet: Int) {
        let file = min(max(table.file, 0), counts.count - 1)
        counts[file] += 1
        guard file != last, end == nil else { return }
        guard runs.count < Self.runLimit else {
            end = packet
            return
        }
        last = file
        runs.append(Run(first: packet, file: file, number: counts[file]))
    }

    /// The file of a packet and its number in it, or `nil` if it has no place. Cost: a bisection.
    func place(of packet: Int) -> (file: Int, number: Int)? {
        if let end, packet >= end { return nil }
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].first <= packet { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let run = runs[low - 1]
        return (run.file, run.number + packet - run.first)
    }
}
