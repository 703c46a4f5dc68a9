import Crypto
import Delivery
import Foundation
import Testing
import Vendors

@testable import CatalogUpdate

/// A publisher with a key of its own, as minisign has one.
struct Publisher {
    private let key: Curve25519.Signing.PrivateKey
    private let id: [UInt8]

    /// A publisher whose key begins with `seed`.
    init(seed: UInt8 = 1) throws {
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
        id = [UInt8](repeating: seed, count: 8)
    }

    /// The public key as minisign prints it.
    var publicKey: String {
        Data(Array("Ed".utf8) + id + [UInt8](key.publicKey.rawRepresentation)).base64EncodedString()
    }

    /// The trusted keys of a machine that knows this publisher alone.
    var trusted: [TrustedKey] { get throws { [try TrustedKey(publicKey, origin: "test")] } }

    /// The signature file of `message`, over its bytes or over `digest` of them.
    func signature(
        of message: [UInt8], comment: String = "test", digest: [UInt8]? = nil, signedComment: String? = nil
    ) throws -> [UInt8] {
        let first = [UInt8](try key.signature(for: digest ?? message))
        let second = [UInt8](try key.signature(for: first + Array((signedComment ?? comment).utf8)))
        let head = Array((digest == nil ? "Ed" : "ED").utf8) + id + first
        return Array(
            """
            untrusted comment: test key
            \(Data(head).base64EncodedString())
            trusted comment: \(comment)
            \(Data(second).base64EncodedString())

            """.utf8)
    }
}

/// Bundles for tests, each a dictionary of files that a test can spoil before it is packed.
enum BundleFixture {
    /// The moment of all tests.
    static let now = Date(timeIntervalSince1970: 1_796_000_000)

    static let vendor = """
        id: acme
        name: Acme
        country: US
        category: api
        sources:
          docs: {date: 2026-11-22, text: public documents}
        hosts:
        - {exact: api.acme.example, role: inference, source: docs}

        """
    static let fingerprints = """
        name: Clients
        sources:
          own: {date: 2026-11-22, text: own recordings}
        fingerprints:
        - {ja4: t13d1713h1_5b57614c22b0_7f527383e249, kind: library, software: x, source: own, expires: 2030-01-01}

        """

    /// The files of a small catalog.
    static var files: [String: [UInt8]] {
        [
            "vendors/acme.yaml": Array(vendor.utf8), "fingerprints/clients.yaml": Array(fingerprints.utf8),
            "lists/general-domains.txt": Array("example.org\n".utf8),
        ]
    }

    /// A manifest of `files`.
    static func manifest(
        _ files: [String: [UInt8]] = files, serial: Int = 1, created: String = "2026-11-30T00:00:00Z",
        expires: String = "2027-11-30T00:00:00Z", leastVersion: String = "0.1.0"
    ) -> BundleManifest {
        let items = files.map { path, bytes in
            BundleManifest.File(path: path, size: bytes.count, sha256: CatalogBundle.hexadecimalSHA256(of: bytes))
        }
        return BundleManifest(
            format: 1, serial: serial, created: created, expires: expires, leastVersion: leastVersion,
            files: items.sorted { $0.path < $1.path },
            counts: BundleManifest.Counts(vendors: 1, products: 0, entries: 1, fingerprints: 1),
            sources: [BundleManifest.Source(id: "docs", repository: nil, license: "MIT")], changes: [])
    }

    /// The files of a signed bundle.
    static func signed(
        _ manifest: BundleManifest? = nil, files: [String: [UInt8]] = files, by publisher: Publisher? = nil
    ) throws -> [String: [UInt8]] {
        let text = (manifest ?? Self.manifest(files)).bytes
        var all = files
        all[BundleManifest.fileName] = text
        all[BundleManifest.signatureName] = try (publisher ?? Publisher()).signature(of: text)
        return all
    }

    /// The bundle of `files`, read as a tar archive by a machine that knows the first publisher.
    static func read(_ files: [String: [UInt8]], limits: BundleLimits = BundleLimits()) throws -> CatalogBundle {
        try read(archive: TarWriter.archive(of: files), limits: limits)
    }

    /// The bundle in `archive`.
    static func read(archive: [UInt8], limits: BundleLimits = BundleLimits()) throws -> CatalogBundle {
        try CatalogBundle(
            archive: archive, keys: try Publisher().trusted, limits: limits, digest: BLAKE2b.digest512)
    }

    /// The reason for which `body` fails; `nil` if it does not.
    static func reason(_ body: () throws -> Void) -> BundleError.Reason? {
        do {
            try body()
            return nil
        } catch let error as BundleError {
            return error.reason
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }
}

/// A directory that goes with its owner.
final class Scratch {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes `files` below the directory `name`, and gives its path.
    func write(_ files: [String: [UInt8]], to name: String) throws -> String {
        let root = "\(path)/\(name)"
        for (place, bytes) in files {
            let url = URL(fileURLWithPath: "\(root)/\(place)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
        return root
    }
}
