import Archive
import Bytes
import Foundation
import SystemPackage

/// The directory of a file output: names, order and removal of the files of one sensor.
struct FileDirectory: Sendable {
    /// One file of this sensor that is there, as it was written or packed, or both for a moment.
    struct Entry {
        /// As it was written.
        var name: String
        /// The files that there are of it.
        var forms: [String]
        /// All bytes of them.
        var bytes: Int
        var changed: Date
        var number: Int
        var boot: String
    }

    let path: String
    let sensor: String
    let boot: String

    /// The directory at `path` for the files of `sensor`. What may not be in a file's name becomes `_`.
    init(path: String, sensor: SensorIdentity) {
        self.path = path
        self.sensor = Self.word(sensor.id, extra: "-")
        self.boot = Self.word(sensor.boot, extra: "")
    }

    /// The path of the file called `name`.
    func path(of name: String) -> String { path + "/" + name }

    /// The name of file `number` of this run.
    func name(_ number: Int) -> String { LogFileName(sensor: sensor, boot: boot, number: number).text }

    /// Makes the directory, with those above it, if it is missing.
    func create() throws(SinkError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch { throw .system("\(path): \(error.localizedDescription)") }
    }

    /// Opens a file that does not exist yet, for whole lines at its end, readable by its group and no other.
    func open(_ name: String) throws(SinkError) -> FileDescriptor {
        do {
            let file = try FileDescriptor.open(
                FilePath(path(of: name)), .writeOnly, options: [.append, .create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead])
            // The process's umask may have taken more away than the mode says.
            try? FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path(of: name))
            return file
        } catch {
            guard case .system(let words) = SinkError(error) else { throw SinkError(error) }
            throw .system("\(path(of: name)): \(words)")
        }
    }

    /// Lets `current` point to the file called `name`; says why not if something else than a link has that name.
    ///
    /// A link is replaced whole, so that a reader always finds one. What an operator put there under that name is left alone.
    func link(_ name: String) -> String? {
        let (link, fresh) = (path(of: "current"), path(of: ".current-\(sensor)-\(boot)"))
        let type = (try? FileManager.default.attributesOfItem(atPath: link))?[.type] as? FileAttributeType
        guard type == nil || type == .typeSymbolicLink else {
            return "\(link) is no symbolic link and is left as it is; the newest file is \(name)"
        }
        do {
            // Left behind by a run of the same name that was killed between the two steps.
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: fresh)) != nil {
                try FileManager.default.removeItem(atPath: fresh)
            }
            try FileManager.default.createSymbolicLink(atPath: fresh, withDestinationPath: name)
            try FileReplacement.move(fresh, to: link)
            return nil
        } catch { return "\(link) cannot be set to \(name): \(error)" }
    }

    /// The newest file, as `current` names it, where it does not end with a line feed.
    func cutFile() -> TruncatedLogFile? {
        guard let name = try? FileManager.default.destinationOfSymbolicLink(atPath: path(of: "current")),
            let file = FileHandle(forReadingAtPath: path(of: name))
        else { return nil }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        let length = min(size, UInt64(EventEncoder.lineLimit))
        try? file.seek(toOffset: size - length)
        guard let end = try? file.read(upToCount: Int(length)), !end.isEmpty, end.last != UInt8(ascii: "\n") else {
            return nil
        }
        let bytes = end.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
        return TruncatedLogFile(name: name, bytes: bytes)
    }

    /// Whether the file called `name` is still in its place.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(of: name)) }

    /// The greatest number that a file of this run has; 0 if there is none.
    func lastNumber() -> Int { entries().lazy.filter { $0.boot == boot }.map(\.number).max() ?? 0 }

    /// This sensor's files, the oldest first.
    private func filesByAge() -> [Entry] {
        entries().sorted { ($0.changed, $0.boot, $0.number) < ($1.changed, $1.boot, $1.number) }
    }

    /// The names of this sensor's files, of whichever run, the newest first.
    func newestFirst() -> [String] { filesByAge().reversed().map(\.name) }

    /// Removes this sensor's oldest files until at most `count` files with `bytes` bytes are left, and all that were last written
    /// to before `oldest`; those called `names` are neither counted nor removed.
    func prune(count: Int, bytes: Int, before oldest: Timestamp?, keeping names: Set<String>) {
        let rest = filesByAge().filter { !names.contains($0.name) }
        var total = rest.reduce(0) { $0 + $1.bytes }
        for (index, entry) in rest.enumerated() {
            let isOld = oldest.map { entry.changed < $0.date } ?? false
            guard isOld || rest.count - index > max(0, count) || total > bytes else { continue }
            total -= entry.bytes
            remove([entry.name])
        }
    }

    /// Removes the log files called `names`, in whatever form, with their chain files.
    func remove(_ names: [String]) {
        for name in names {
            let forms = [name, name + PackedFile.suffix, name + PackedFile.partSuffix, LogFileName.chain(beside: name)]
            for form in forms { try? FileManager.default.removeItem(atPath: path(of: form)) }
        }
    }

    /// Those of `members` that are there, with the times of their seals and their bytes: never more than were written, so that
    /// no one can have older files removed by adding to them. A file without a seal counts as at most `limit`.
    func sizes(of members: [ChainStart.Member], atMost limit: Int) -> [(name: String, bytes: Int, time: String?)] {
        let found = Dictionary(entries().map { ($0.name, $0) }) { first, _ in first }
        return members.compactMap { member in
            found[member.name].map { (member.name, min($0.bytes, member.bytes ?? limit), member.time) }
        }
    }

    /// The names of all chain files there, of whichever sensor.
    func chainNames() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { $0.hasSuffix(LogFileName.chainSuffix) }.sorted()
    }

    /// The free bytes of the file system; `nil` if it does not say.
    func freeBytes() -> Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }

    private func entries() -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        var entries: [String: Entry] = [:]
        for name in names {
            guard let form = entry(name) else { continue }
            guard var entry = entries[form.name] else {
                entries[form.name] = form
                continue
            }
            entry.forms += form.forms
            entry.bytes += form.bytes
            // What is being packed is as old as what it is made of.
            entry.changed = min(entry.changed, form.changed)
            entries[form.name] = entry
        }
        return Array(entries.values)
    }

    private func entry(_ name: String) -> Entry? {
        let ends = [
            LogFileName.suffix, LogFileName.suffix + PackedFile.suffix, LogFileName.suffix + PackedFile.partSuffix,
        ]
        guard let end = ends.first(where: name.hasSuffix),
            let parts = LogFileName(name.dropLast(end.count) + LogFileName.suffix), parts.sensor == sensor,
            let attributes = try? FileManager.default.attributesOfItem(atPath: path(of: name))
        else { return nil }
        return Entry(
            name: parts.text, forms: [name], bytes: (attributes[.size] as? NSNumber)?.intValue ?? 0,
            changed: (attributes[.modificationDate] as? Date) ?? .distantPast, number: parts.number, boot: parts.boot)
    }

    /// Names there that look like this sensor's files, but carry a number that egret gives to none.
    func strangeNames() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { name in
            name.hasPrefix("events-\(sensor)-\(boot)-") && name.hasSuffix(LogFileName.suffix)
                && LogFileName(name) == nil
        }.sorted()
    }

    private static func word(_ text: String, extra: String) -> String {
        let allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._" + extra
        return String(text.map { allowed.contains($0) ? $0 : "_" })
    }
}

extension Timestamp {
    /// The moment as files of the system have it.
    var date: Date { Date(timeIntervalSince1970: TimeInterval(nanoseconds) / 1e9) }
}

/// A file whose last line was never finished.
public struct TruncatedLogFile: Equatable, Sendable {
    /// The file's name.
    public let name: String
    /// The bytes of that line.
    public let bytes: Int

    /// The file `name` with so many `bytes` of an unfinished line.
    public init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }
}
