import Activity
import Archive
import Dispatch
import Foundation
public import Settings
import Synchronization

/// The file in which first sightings are kept from one run to the next.
///
/// The file is replaced atomically: written as `PATH.new`, flushed to the disk, and renamed. A separate thread writes it,
/// one write at a time; a slow disk delays a save, never a packet.
final class FirstSeenStore: Sendable {
    /// The file's path.
    let path: String
    private let queue = DispatchQueue(label: "egret-first-seen")
    private let state = Mutex((isSaving: false, failure: String?.none))

    /// A store at `path`.
    init(path: String) {
        self.path = path
    }

    /// Why the latest save failed, in the system's words; `nil` if it did not.
    var failure: String? { state.withLock { $0.failure } }

    /// What is in the file; `nil` if there is none.
    func load() throws(FirstSeenFile.Problem) -> FirstSeenFile? {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: place)
        } catch {
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            throw FirstSeenFile.Problem(description: error.localizedDescription)
        }
        // A pipe that no one writes to would hold up the start.
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw FirstSeenFile.Problem(description: "it is no regular file")
        }
        guard (attributes[.size] as? NSNumber)?.int64Value ?? .max <= Self.limit else {
            throw FirstSeenFile.Problem(description: "it is longer than \(Self.limit >> 20) MiB")
        }
        guard let data = FileManager.default.contents(atPath: place) else {
            throw FirstSeenFile.Problem(description: "it cannot be read")
        }
        return try FirstSeenFile([UInt8](data))
    }

    /// Gives a file that cannot be used the name `PATH.unreadable`, in place of an earlier one, so that nothing is lost that a person
    /// could look at; false if that fails.
    func setAside() -> Bool {
        do {
            try FileReplacement.move(path, to: path + ".unreadable")
            return true
        } catch { return false }
    }

    /// Begins to save `history` on another thread, unless a save is in progress; whether it began.
    func beginSave(_ history: FirstSeenHistory, _ terms: FirstSeenFile.Terms) -> Bool {
        guard
            state.withLock({ state in
                defer { state.isSaving = true }
                return !state.isSaving
            })
        else { return false }
        queue.async { [self] in
            write(history, terms)
            state.withLock { $0.isSaving = false }
        }
        return true
    }

    /// Saves `history` after whatever is being saved.
    func save(_ history: FirstSeenHistory, _ terms: FirstSeenFile.Terms) {
        queue.sync { write(history, terms) }
    }

    private func write(_ history: FirstSeenHistory, _ terms: FirstSeenFile.Terms) {
        let fresh = path + ".new"
        var failure: String?
        do {
            try? FileManager.default.removeItem(atPath: fresh)
            guard FileManager.default.createFile(atPath: fresh, contents: nil, attributes: [.posixPermissions: 0o600]),
                let file = FileHandle(forWritingAtPath: fresh)
            else { throw CocoaError(.fileWriteNoPermission) }
            defer { try? file.close() }
            try file.write(contentsOf: Data(FirstSeenFile.bytes(history, terms)))
            try file.synchronize()
            try FileReplacement.move(fresh, to: path)
        } catch {
            failure = "\(path): \((error as? ArchiveError).map { "\($0)" } ?? error.localizedDescription)"
        }
        state.withLock { $0.failure = failure }
    }

    /// The file itself, where the path is a link to it.
    private var place: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// The most bytes that are read: ten million entries of each kind would be 3 GiB, of which no one keeps so many.
    private static let limit: Int64 = 4 << 30
}

/// Options of first sightings.
public struct FirstSeenSettings: Equatable, Sendable {
    /// How long is only learned, in nanoseconds of packet time: a week unless set.
    public var learning: Int64 = 7 * 86_400_000_000_000
    /// Whose hosts are remembered.
    public var hosts = FirstSeenHosts.ai
    /// The most entries of each kind.
    public var capacity = 65_536
    /// The file that they are kept in; `nil` for none.
    public var path: String?

    /// The defaults, without a file.
    public init() {}
}
