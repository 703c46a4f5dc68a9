import Crypto
import Foundation

/// A bundle in memory whose signature, digests and file list were checked: what is written to the disk are these very bytes.
public struct CatalogBundle: Sendable {
    /// What it says of itself.
    public let manifest: BundleManifest
    /// The id of the key that signed it, as `minisign` prints it.
    public let key: String
    /// The comment that was signed with it.
    public let comment: String
    /// The bytes of every file by its place, the manifest and its signature among them.
    let files: [String: [UInt8]]

    /// Reads and checks the bundle at `path`, a directory or a tar archive.
    ///
    /// The manifest's signature is checked first, by one of `keys`; then its form, and that every file is there, whole, and none
    /// besides. Expiry, serial and version are the store's to check.
    public init(
        path: String, keys: [TrustedKey], limits: BundleLimits = BundleLimits(), digest: ([UInt8]) -> [UInt8]?
    ) throws(BundleError) {
        // The path is the operator's own, and may be a link.
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard FileManager.default.fileExists(atPath: resolved) else {
            throw BundleError(.unreadable, "\(path) does not exist")
        }
        // A path that ends in "/." exists only if it is a directory.
        if FileManager.default.fileExists(atPath: resolved + "/.") {
            try self.init(contents: try BundleDirectory.contents(of: resolved, limits: limits), keys, digest)
        } else {
            let bytes = try PlainFileReader.bytes(of: resolved, limit: limits.totalBytes)
            try self.init(archive: bytes, keys: keys, limits: limits, digest: digest)
        }
    }

    /// Reads and checks the bundle in the tar archive `archive`.
    public init(
        archive: [UInt8], keys: [TrustedKey], limits: BundleLimits = BundleLimits(), digest: ([UInt8]) -> [UInt8]?
    ) throws(BundleError) {
        var contents: [String: [UInt8]] = [:]
        for member in try TarArchive.members(of: archive, limits: limits) {
            try Self.checkPlace(member.path)
            guard contents.updateValue(Array(member.content), forKey: member.path) == nil else {
                throw BundleError(.archive, "'\(member.path.escapedForBundle)' is in the archive twice")
            }
        }
        try self.init(contents: contents, keys, digest)
    }

    private init(
        contents: [String: [UInt8]], _ keys: [TrustedKey], _ digest: ([UInt8]) -> [UInt8]?
    ) throws(BundleError) {
        guard let text = contents[BundleManifest.fileName] else {
            throw BundleError(.manifest, "the bundle has no \(BundleManifest.fileName)")
        }
        guard let signed = contents[BundleManifest.signatureName] else {
            throw BundleError(.signature, "the bundle has no \(BundleManifest.signatureName): it is not signed")
        }
        let signature = try DetachedSignature(signed, origin: BundleManifest.signatureName)
        key = try signature.check(text, by: keys, digest: digest).name
        comment = signature.trustedComment
        manifest = try BundleManifest(text)
        files = contents
        try Self.compare(manifest, with: contents)
    }

    /// Holds that `path` is a place of a bundle.
    static func checkPlace(_ path: String) throws(BundleError) {
        if path == BundleManifest.fileName || path == BundleManifest.signatureName || BundlePath(path) != nil { return }
        throw BundleError(.archive, "'\(path.escapedForBundle)' has no place in a bundle")
    }

    /// Holds that `contents` are what `manifest` says: every file with its size and digest, and none besides.
    static func compare(_ manifest: BundleManifest, with contents: [String: [UInt8]]) throws(BundleError) {
        for file in manifest.files {
            guard let bytes = contents[file.path] else {
                throw BundleError(.mixed, "'\(file.path)' is in the manifest and not in the bundle")
            }
            guard bytes.count == file.size, hexadecimalSHA256(of: bytes) == file.sha256 else {
                throw BundleError(.mixed, "'\(file.path)' is not the file of the manifest: its size or SHA-256 differs")
            }
        }
        let named = Set(manifest.files.map(\.path)).union([BundleManifest.fileName, BundleManifest.signatureName])
        if let extra = contents.keys.sorted().first(where: { !named.contains($0) }) {
            throw BundleError(.mixed, "'\(extra.escapedForBundle)' is in the bundle and not in the manifest")
        }
    }

    /// SHA-256 (FIPS 180-4) in hexadecimal.
    static func hexadecimalSHA256(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
