import Foundation
import Testing

@testable import CatalogUpdate

/// Files that are not those of the manifest, and manifests that are none.
@Suite struct BundleContentTests {
    private func reason(_ files: [String: [UInt8]]) -> BundleError.Reason? {
        BundleFixture.reason { _ = try BundleFixture.read(files) }
    }

    @Test func filesOfTwoBundlesDoNotMix() throws {
        var files = try BundleFixture.signed()
        files["vendors/acme.yaml"]?[5] ^= 1
        #expect(reason(files) == .mixed)
        files = try BundleFixture.signed()
        files["vendors/acme.yaml"]?.append(UInt8(ascii: "\n"))
        #expect(reason(files) == .mixed)
        files = try BundleFixture.signed()
        files["vendors/acme.yaml"] = nil
        #expect(reason(files) == .mixed)
        files = try BundleFixture.signed()
        files["vendors/other.yaml"] = []
        #expect(reason(files) == .mixed)
        // The manifest of one serial with the signature of another.
        files = try BundleFixture.signed(BundleFixture.manifest(serial: 2))
        files[BundleManifest.signatureName] = try BundleFixture.signed()[BundleManifest.signatureName]
        #expect(reason(files) == .signature)
    }

    @Test func anotherPublisherIsNotBelieved() throws {
        #expect(reason(try BundleFixture.signed(by: Publisher(seed: 2))) == .unknownKey)
        var files = try BundleFixture.signed()
        files[BundleManifest.signatureName] = nil
        #expect(reason(files) == .signature)
        files[BundleManifest.fileName] = nil
        #expect(reason(files) == .manifest)
    }

    @Test func aSignedManifestIsStillChecked() throws {
        func reason(_ change: (inout BundleManifest) -> Void) throws -> BundleError.Reason? {
            var manifest = BundleFixture.manifest()
            change(&manifest)
            return self.reason(try BundleFixture.signed(manifest))
        }
        #expect(try reason { _ in } == nil)
        #expect(try reason { $0.format = 2 } == .manifest)
        #expect(try reason { $0.serial = 0 } == .manifest)
        #expect(try reason { $0.serial = Int.max } == .manifest)
        #expect(try reason { $0.created = "yesterday" } == .manifest)
        #expect(try reason { $0.expires = "" } == .manifest)
        #expect(try reason { $0.leastVersion = "1" } == .manifest)
        #expect(try reason { $0.files[0].path = "../evil.yaml" } == .manifest)
        #expect(try reason { $0.files.append($0.files[0]) } == .manifest)
        #expect(try reason { $0.files[0].size = -1 } == .manifest)
        #expect(try reason { $0.files[0].sha256 = "00" } == .manifest)
        #expect(try reason { $0.files.removeAll() } == .manifest)
        #expect(try reason { $0.changes = Array(repeating: Self.change, count: 4) } == .manifest)
    }

    private static let change = BundleManifest.Change(
        serial: 1, created: "", vendorsAdded: [], vendorsRemoved: [], entriesAdded: 0, entriesRemoved: 0,
        entriesChanged: 0)

    @Test(arguments: ["", "[]", "{", "null", "{\"format\":1}", "{\"format\":\"1\"}", "\u{FEFF}{}"])
    func whatIsNoManifestIsRefused(text: String) {
        #expect(BundleFixture.reason { _ = try BundleManifest(Array(text.utf8)) } == .manifest)
    }

    @Test func aManifestIsWrittenTheSameEachTimeAndReadBack() throws {
        let manifest = BundleFixture.manifest()
        #expect(manifest.bytes == manifest.bytes)
        #expect(try BundleManifest(manifest.bytes) == manifest)
    }

    @Test func aDraftOfARulesDirectoryIsABundleOnceSigned() throws {
        let scratch = try Scratch()
        let rules = try scratch.write(BundleFixture.files, to: "rules")
        func draft(_ serial: Int) throws -> BundleDraft {
            try BundleDraft(
                rules: rules, serial: serial, created: BundleFixture.now, expires: BundleFixture.now + 86_400,
                leastVersion: "0.1.0", sources: [.init(id: "docs", repository: nil, license: "MIT")])
        }
        let one = "\(scratch.path)/one"
        try draft(1).write(to: one)
        #expect(BundleFixture.reason { try draft(1).write(to: one) } == .store)
        let more = BundleFixture.vendor + "- {exact: b.acme.example, role: web, source: docs}\n"
        try Data(more.utf8).write(to: URL(fileURLWithPath: "\(rules)/vendors/acme.yaml"))
        var second = try draft(2)
        try second.addChanges(since: one)
        #expect(second.manifest.changes.map(\.entriesAdded) == [1] && second.manifest.counts.entries == 2)
        let two = "\(scratch.path)/two"
        try second.write(to: two)
        var third = try draft(3)
        try third.addChanges(since: two)
        #expect(third.manifest.changes.map(\.serial) == [3, 2])
        #expect(BundleFixture.reason { try second.addChanges(since: two) } == .rollback)
        #expect(BundleFixture.reason { _ = try BundleArchive.bytes(of: two) } == .signature)
        let text = try Data(contentsOf: URL(fileURLWithPath: "\(two)/manifest.json"))
        let signature = try Publisher().signature(of: [UInt8](text))
        try Data(signature).write(to: URL(fileURLWithPath: "\(two)/\(BundleManifest.signatureName)"))
        let bundle = try BundleFixture.read(archive: try BundleArchive.bytes(of: two))
        #expect(bundle.manifest == second.manifest)
    }

    @Test(arguments: [
        ("0.1.0", "0.1.0", true), ("0.2.0", "0.1.9", false), ("0.10.0", "0.9.0", false), ("0.9.0", "0.10.0", true),
        ("1.0.0", "1.0.0-rc1", true),
    ])
    func versionsAreComparedByNumbers(needed: String, own: String, isFine: Bool) throws {
        let admission = BundleAdmission(highestSerial: nil, now: BundleFixture.now, version: own)
        let reason = BundleFixture.reason { try admission.check(BundleFixture.manifest(leastVersion: needed)) }
        #expect(reason == (isFine ? nil : .version))
    }
}
