import Foundation
import Testing

@testable import CatalogUpdate

/// What is installed, and that it is whole or not at all.
@Suite struct CatalogStoreTests {
    private let scratch: Scratch
    private let store: CatalogStore

    init() throws {
        scratch = try Scratch()
        store = CatalogStore(root: "\(scratch.path)/store")
    }

    private func bundle(
        _ serial: Int, created: String = "2026-11-30T00:00:00Z", expires: String = "2027-11-30T00:00:00Z"
    ) throws -> CatalogBundle {
        try BundleFixture.read(
            try BundleFixture.signed(BundleFixture.manifest(serial: serial, created: created, expires: expires)))
    }

    private func install(
        _ bundle: CatalogBundle, at now: Date = BundleFixture.now,
        check: (String) throws(BundleError) -> Void = { _ in },
        record: (BundleManifest?) throws(BundleError) -> Void = { _ in }
    ) throws -> CatalogStore.Outcome {
        try store.install(
            bundle, admission: { BundleAdmission(highestSerial: $0, now: now, version: "0.1.0") }, check: check,
            record: record)
    }

    private var serials: [Int?] {
        get throws { [try store.manifest(at: store.current)?.serial, try store.manifest(at: store.previous)?.serial] }
    }

    private func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(store.root)/\(path)")) ?? []).sorted()
    }

    @Test func bundlesFollowOneAnotherAndTwoAreKept() throws {
        #expect(try install(try bundle(1)) == .installed)
        #expect(try serials == [1, nil])
        #expect(try install(try bundle(2)) == .installed)
        #expect(try install(try bundle(5)) == .installed)
        #expect(try serials == [5, 2] && names("versions") == ["2", "5"])
        let text = try String(contentsOfFile: "\(store.current)/vendors/acme.yaml", encoding: .utf8)
        #expect(text == BundleFixture.vendor)
        // What is in the store is a bundle itself, with its signature.
        #expect(
            BundleFixture.reason {
                _ = try CatalogBundle(path: store.current, keys: try Publisher().trusted, digest: { _ in nil })
            } == nil)
    }

    @Test func aSerialThatDoesNotRiseIsRefused() throws {
        _ = try install(try bundle(3))
        for serial in [1, 2] { #expect(BundleFixture.reason { _ = try install(try bundle(serial)) } == .rollback) }
        // The same serial with other content is no repetition.
        let other = try bundle(3, created: "2026-11-29T00:00:00Z")
        #expect(BundleFixture.reason { _ = try install(other) } == .rollback)
        #expect(try install(try bundle(3)) == .unchanged)
        #expect(try serials == [3, nil])
    }

    @Test func aBundleThatExpiredIsRefusedAndAFrozenSourceIsNoticed() throws {
        let expired = try bundle(1, created: "2026-01-01T00:00:00Z", expires: "2026-02-01T00:00:00Z")
        #expect(BundleFixture.reason { _ = try install(expired) } == .expired)
        let future = try bundle(1, created: "2027-02-01T00:00:00Z")
        #expect(BundleFixture.reason { _ = try install(future) } == .expired)
        let reversed = try bundle(1, created: "2026-11-30T00:00:00Z", expires: "2026-11-29T00:00:00Z")
        #expect(BundleFixture.reason { _ = try install(reversed) } == .manifest)
        #expect(names("versions") == [])
        // A source that still offers what is installed already is an error from its expiry on.
        _ = try install(try bundle(1))
        #expect(try install(try bundle(1)) == .unchanged)
        let later = BundleFixture.now + 400 * 86_400
        #expect(BundleFixture.reason { _ = try install(try bundle(1), at: later) } == .expired)
        #expect(try bundle(1).manifest.warnings(at: BundleFixture.now).isEmpty)
        let created = try #require(BundleManifest.moment(try bundle(1).manifest.created))
        for (days, isOld) in [(29.0, false), (30, false), (31, true)] {
            #expect(try bundle(1).manifest.warnings(at: created + days * 86_400).isEmpty != isOld)
        }
        #expect(try bundle(1).manifest.warnings(at: created + 30 * 86_400 + 1).count == 1)
        #expect(try bundle(1).manifest.warnings(at: BundleFixture.now + 40 * 86_400).count == 1)
        #expect(try bundle(1).manifest.warnings(at: later).count == 2)
    }

    @Test func aFailedCheckOrRecordChangesNothing() throws {
        _ = try install(try bundle(1))
        var seen: [String] = []
        let reason = BundleFixture.reason {
            _ = try install(
                try bundle(2),
                check: { (directory) throws(BundleError) in
                    seen = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
                    throw BundleError(.rules, "a test failed")
                })
        }
        #expect(reason == .rules)
        #expect(seen == ["fingerprints", "lists", "manifest.json", "manifest.json.minisig", "vendors"])
        #expect(try serials == [1, nil] && names("versions") == ["1"])
        let unrecorded = BundleFixture.reason {
            _ = try install(try bundle(2), record: { (_) throws(BundleError) in throw BundleError(.store, "full") })
        }
        #expect(unrecorded == .store)
        #expect(try serials == [1, nil] && names("versions") == ["1"])
        // What failed can be installed later.
        #expect(try install(try bundle(2)) == .installed)
    }

    @Test func whatAKilledAttemptLeftIsReplaced() throws {
        _ = try install(try bundle(1))
        for place in ["versions/2", "versions/.staged"] {
            _ = try scratch.write(["vendors/evil.yaml": []], to: "store/\(place)")
        }
        try FileManager.default.createSymbolicLink(atPath: store.current + ".new", withDestinationPath: "versions/9")
        #expect(try install(try bundle(2)) == .installed)
        #expect(names("versions/2/vendors") == ["acme.yaml"] && names("versions") == ["1", "2"])
        #expect(try serials == [2, 1])
    }

    @Test func rollingBackKeepsTheHighestSerial() throws {
        _ = try install(try bundle(1))
        #expect(BundleFixture.reason { _ = try rollBack() } == .store)
        _ = try install(try bundle(2))
        #expect(try rollBack() == 1)
        #expect(try serials == [1, 2])
        #expect(try store.highestSerial() == 2)
        // The timer that offers serial 2 again does not bring it back, and is no error; anything else that is not above 2 is.
        #expect(try install(try bundle(2)) == .rolledBack)
        let other = try bundle(2, created: "2026-11-29T00:00:00Z")
        #expect(BundleFixture.reason { _ = try install(other) } == .rollback)
        #expect(try install(try bundle(3)) == .installed)
        #expect(try serials == [3, 1])
    }

    @Test func aDamagedStoreIsSaidAndNotWrittenOver() throws {
        _ = try install(try bundle(1))
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(store.root)/versions/1/manifest.json"))
        #expect(BundleFixture.reason { _ = try install(try bundle(2)) } == .store)
        let other = CatalogStore(root: "\(scratch.path)/other")
        _ = try scratch.write(["state.json": Array("{}".utf8)], to: "other")
        #expect(BundleFixture.reason { _ = try other.highestSerial() } == .store)
        let impossible = CatalogStore(root: "/proc/none/store")
        #expect(
            BundleFixture.reason {
                _ = try impossible.install(
                    try bundle(1), admission: { .init(highestSerial: $0, now: BundleFixture.now, version: "0.1.0") },
                    check: { _ in }, record: { _ in })
            } == .store)
    }

    @Test func oneProcessAtATimeChangesAStore() throws {
        let lock = try StoreLock(store.root)
        #expect(BundleFixture.reason { _ = try install(try bundle(1)) } == .store)
        lock.release()
        #expect(try install(try bundle(1)) == .installed)
    }

    private func rollBack() throws -> Int {
        try store.rollBack(check: { _ in }, record: { _, _ in }).serial
    }
}
