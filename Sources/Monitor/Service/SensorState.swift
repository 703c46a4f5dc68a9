import Foundation

/// The state that a sensor keeps from one run to the next: the number of its next event, so that the sequence continues, and
/// a reader sees a gap if a crash lost events.
///
/// A file of a few bytes, replaced atomically. It is written about once a second, so after a crash it is older than the last
/// event: the numbers then continue `margin` further, more than a run writes between two saves.
public struct SensorState: Codable, Equatable, Sendable {
    /// How many numbers are left out after a crash.
    public static let margin: UInt64 = 1_000_000

    /// The run that wrote it.
    public var boot: String
    /// The number of its next event.
    public var next: UInt64
    /// Whether the run ended in order.
    public var isClean: Bool

    /// The state of the run `boot`, whose next event gets the number `next`.
    public init(boot: String, next: UInt64, isClean: Bool = false) {
        self.boot = boot
        self.next = next
        self.isClean = isClean
    }

    /// What is at `path`; `nil` if there is no file, or none that can be read as one.
    public init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path), data.count < 4_096,
            let state = try? JSONDecoder().decode(SensorState.self, from: data)
        else { return nil }
        self = state
    }

    /// The number of the first event of the run after it.
    public var firstOfNextRun: UInt64 {
        // Past this number readers of JSON would lose digits.
        guard next > 0, next < 1 << 52 else { return 1 }
        return isClean ? next : next + Self.margin
    }

    /// Writes it to `path`, in place of what was there; false if that fails.
    public func save(to path: String) -> Bool {
        guard let data = try? JSONEncoder().encode(self) else { return false }
        return (try? data.write(to: URL(fileURLWithPath: path), options: .atomic)) != nil
    }
}
