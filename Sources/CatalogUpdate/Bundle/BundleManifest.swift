public import Foundation
import Vendors

/// What a bundle says of itself: the file `manifest.json`, the only one that is signed. It binds every other file by its digest.
public struct BundleManifest: Codable, Equatable, Sendable {
    /// The name of the manifest's file.
    public static let fileName = "manifest.json"
    /// The name of the file of its signature, as `minisign -S -m manifest.json` makes it.
    public static let signatureName = "manifest.json.minisig"
    /// The version of the form, in `format`.
    public static let currentFormat = 1
    /// The most changes that a manifest has.
    public static let maximumChanges = 3

    /// One file.
    public struct File: Codable, Equatable, Sendable {
        /// Its place: `vendors/acme.yaml`.
        public var path: String
        /// Its bytes.
        public var size: Int
        /// Their SHA-256 in hexadecimal.
        public var sha256: String
    }

    /// How much is in the bundle.
    public struct Counts: Codable, Equatable, Sendable {
        /// The vendors.
        public var vendors: Int
        /// Their products.
        public var products: Int
        /// The hosts and address blocks.
        public var entries: Int
        /// The fingerprints of clients.
        public var fingerprints: Int
    }

    /// A published source of facts, and its license.
    public struct Source: Codable, Equatable, Sendable {
        /// What it is called.
        public var id: String
        /// Where it is.
        public var repository: String?
        /// Its license, as it is stated there.
        public var license: String
    }

    /// What one serial changed.
    public struct Change: Codable, Equatable, Sendable {
        /// The serial that changed it.
        public var serial: Int
        /// When that was made.
        public var created: String
        /// The ids of vendors that came.
        public var vendorsAdded: [String]
        /// The ids of vendors that went.
        public var vendorsRemoved: [String]
        /// The entries that came.
        public var entriesAdded: Int
        /// The entries that went.
        public var entriesRemoved: Int
        /// The entries that say something else.
        public var entriesChanged: Int

        enum CodingKeys: String, CodingKey {
            case serial, created
            case vendorsAdded = "vendors_added"
            case vendorsRemoved = "vendors_removed"
            case entriesAdded = "entries_added"
            case entriesRemoved = "entries_removed"
            case entriesChanged = "entries_changed"
        }
    }

    /// The version of this form.
    public var format: Int
    /// The number of the bundle, growing by at least one.
    public var serial: Int
    /// When it was made, `2026-11-30T12:00:00Z`.
    public var created: String
    /// From when on it is no longer installed, `2027-01-31T00:00:00Z`.
    public var expires: String
    /// The least version of egret that reads it, `0.1.0`.
    public var leastVersion: String
    /// Every file but the manifest and its signature, by path.
    public var files: [File]
    /// How much is in it.
    public var counts: Counts
    /// Where its facts are from.
    public var sources: [Source]
    /// What the last serials changed, the newest first.
    public var changes: [Change]

    enum CodingKeys: String, CodingKey {
        case format, serial, created, expires, files, counts, sources, changes
        case leastVersion = "least_version"
    }
}

extension BundleManifest {
    /// Reads the bytes of a manifest. Keys that it does not know are passed over.
    ///
    /// - Throws: if it is malformed, or names a file that has no place in a bundle.
    public init(_ bytes: [UInt8]) throws(BundleError) {
        do {
            self = try JSONDecoder().decode(BundleManifest.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw BundleError(.manifest, "\(Self.fileName) is malformed: \(Self.words(error))")
        } catch {
            throw BundleError(.manifest, "\(Self.fileName) is malformed")
        }
        try check()
    }

    /// The manifest as it is written: the same bytes for the same content.
    public var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return ((try? encoder.encode(self)).map { [UInt8]($0) } ?? []) + [UInt8(ascii: "\n")]
    }

    /// The moment that a time of a manifest names; `nil` if it is not one.
    public static func moment(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }

    private func check() throws(BundleError) {
        func hold(_ condition: Bool, _ message: String) throws(BundleError) {
            if !condition { throw BundleError(.manifest, "\(Self.fileName): \(message)") }
        }
        try hold(format == Self.currentFormat, "format is \(format); this egret reads \(Self.currentFormat)")
        try hold(serial > 0 && serial <= 1 << 53, "serial \(serial) is not from 1 to 2^53")
        for (name, text) in [("created", created), ("expires", expires)] {
            try hold(Self.moment(text) != nil, "\(name) is no moment such as 2026-11-30T12:00:00Z")
        }
        try hold(ProgramVersion(leastVersion) != nil, "least_version is no version such as 0.1.0")
        try hold(changes.count <= Self.maximumChanges, "changes has more than \(Self.maximumChanges) items")
        var seen: Set<BundlePath> = []
        for file in files {
            let shown = file.path.escapedForBundle
            guard let path = BundlePath(file.path) else {
                throw BundleError(.manifest, "\(Self.fileName): '\(shown)' has no place in a bundle")
            }
            try hold(seen.insert(path).inserted, "'\(shown)' is named twice")
            try hold(file.size >= 0, "the size of '\(shown)' is negative")
            try hold(
                file.sha256.utf8.count == 64 && file.sha256.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) },
                "the sha256 of '\(shown)' is not 64 digits of lower-case hexadecimal")
        }
        for directory in BundlePath.directories.keys.sorted() {
            try hold(seen.contains { $0.directory == directory }, "files has no file of \(directory)/")
        }
    }

    private static func words(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "the value of '\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of the wrong type"
        default: "it is not JSON"
        }
    }
}

extension BundleManifest {
    /// From when on an installed bundle is old, in days; the sensor says the same of its catalog (EG111).
    public static let longestAge = 30

    /// What is wrong with the bundle's age at the moment `now`: a line each, none if it is fresh.
    public func warnings(at now: Date) -> [String] {
        var warnings: [String] = []
        if let created = Self.moment(created) {
            let age = max(0, now.timeIntervalSince(created))
            let days = Int(age / 86_400)
            if age > Double(Self.longestAge) * 86_400 {
                warnings.append(
                    "the catalog of serial \(serial) is \(days) days old; hosts that came since are not known (EG111)")
            }
        }
        if let expires = Self.moment(expires), expires <= now {
            warnings.append(
                "the bundle of serial \(serial) expired on \(self.expires): no newer one was installed in time")
        }
        return warnings
    }
}

/// Limits on what is read of a bundle before its signature is verified.
public struct BundleLimits: Equatable, Sendable {
    /// The bytes of the archive, and of all files together.
    public var totalBytes = 64 << 20
    /// The bytes of one file.
    public var fileBytes = VendorFile.maximumBytes
    /// The bytes of the manifest.
    public var manifestBytes = 1 << 20
    /// The files, the manifest and its signature among them.
    public var files = 2_000

    /// The limits of the program.
    public init() {}
}

/// A version of the program: three numbers, `0.1.0`.
struct ProgramVersion: Comparable, Sendable {
    private let numbers: [Int]

    /// The version that `text` names; what follows a `-` or `+` is passed over. `nil` if it is not one.
    init?(_ text: String) {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.count <= 9 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
        }
        guard numbers.count == 3, parts.count == 3 else { return nil }
        self.numbers = numbers
    }

    static func < (left: ProgramVersion, right: ProgramVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
