import Archive
import Foundation

/// How far a directory of log files was sent: what `egret ship` resumes by.
///
/// An event is known by its run and its `seq`. The place in each file spares reading what was sent; it is not trusted alone, since
/// files begin with the run's `start` event again.
struct ShippingState: Codable, Equatable {
    /// How far one file was read.
    struct File: Codable, Equatable {
        /// The bytes of its content, unpacked, that were taken: whole lines.
        var offset = 0
        /// Whether nothing can come to it any more.
        var isFinished = false
    }

    /// The server and the database that it was sent to.
    var target: String
    /// The number of the latest event that the server has, by sensor and boot.
    var latest: [String: Int64] = [:]
    /// The files, by path below the directory without a suffix of compression.
    var files: [String: File] = [:]

    /// The state in the file at `path`; a new one if there is no such file.
    ///
    /// - Throws: if it cannot be read, or belongs to another target.
    static func read(_ path: String, target: String) throws(ShippingError) -> ShippingState {
        guard FileManager.default.fileExists(atPath: path) else { return ShippingState(target: target) }
        guard let data = FileManager.default.contents(atPath: path),
            let state = try? JSONDecoder().decode(ShippingState.self, from: data)
        else {
            throw ShippingError("\(path): is no state of egret ship; remove it to send everything again")
        }
        guard state.target == target else {
            throw ShippingError("\(path): belongs to \(state.target); name another file with --cursor")
        }
        return state
    }

    /// Puts the state into the file at `path`, in one step.
    func write(_ path: String) throws(ShippingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let part = path + ".part"
        guard let data = try? encoder.encode(self), FileManager.default.createFile(atPath: part, contents: data) else {
            throw ShippingError("\(path): cannot be written")
        }
        do throws(ArchiveError) {
            try FileReplacement.move(part, to: path)
        } catch { throw ShippingError("\(path): cannot be written: \(error)") }
    }

    /// Forgets files that are gone.
    mutating func keep(_ names: Set<String>) { files = files.filter { names.contains($0.key) } }
}

/// Why a directory cannot be sent, for a person.
public struct ShippingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reason, with the path or the server's words.
    public let description: String

    init(_ description: String) { self.description = description }
}
