import Foundation
import Testing
import Text

@testable import Vendors

@Suite struct FingerprintTests {
    private static let directory = "\(Fixtures.root)/rules/fingerprints"
    private static let head = """
        name: Clients
        sources:
          own: {date: 2026-11-22, text: recorded}
        fingerprints:

        """
    private static let code = "t13d1713h1_5b57614c22b0_7f527383e249"

    /// A set of one file with `lines`, each a fingerprint without its dash.
    private static func set(_ lines: String...) throws(CatalogErrors) -> FingerprintSet {
        let text = head + lines.map { "- \($0)\n" }.joined()
        return try FingerprintSet([[try FingerprintFile(text: text, file: "f")]], catalog: catalog)
    }

    private static let catalog: Catalog = {
        let vendor = Fixtures.vendor("acme", hosts: ["exact: api.acme.example, role: inference"])
        return (try? Fixtures.catalog(vendor)) ?? Catalog()
    }()

    @Test(arguments: [
        ("t13d1713h1_5b57614c22b0_7f527383e249", true), ("t13d1514h1_8daaf6152771_7f527383e249", true),
        ("t13d1714h1_5b57614c22b0_7f527383e249", false), ("q13d1514h1_8daaf6152771_7f527383e249", false),
        ("t13d1514h1_8daaf6152772_7f527383e249", false), ("t13d1713h1_5b57614c22b0_7f527383e24", false),
        ("", false), ("__", false), ("t13d1713h1-5b57614c22b0-7f527383e249", false),
    ])
    func aPatternTakesItsFamilyAlone(ja4: String, isTaken: Bool) throws {
        let set = try Self.set(
            "{ja4: \(Self.code), kind: library, software: one, source: own, expires: 2027-01-01}",
            "{ja4: 't13d15????_8daaf6152771_*', kind: browser, software: two, source: own, expires: 2027-01-01}")
        #expect((set.match(ja4) != nil) == isTaken)
    }

    @Test func theNearestPatternWinsInAnyOrder() throws {
        let lines = [
            "{ja4: 't13?15????_8daaf6152771_*', kind: library, software: far, source: own, expires: 2027-01-01}",
            "{ja4: 't13d15??h2_8daaf6152771_*', kind: browser, software: near, source: own, expires: 2027-01-01}",
            "{ja4: t13d1516h2_8daaf6152771_0123456789ab, kind: browser, software: exact, source: own, expires: 2027-01-01}",
        ]
        for set in [try Self.set(lines[0], lines[1], lines[2]), try Self.set(lines[2], lines[1], lines[0])] {
            #expect(set.match("t13d1516h2_8daaf6152771_0123456789ab")?.software == "exact")
            #expect(set.match("t13d1516h2_8daaf6152771_0123456789ac")?.software == "near")
            #expect(set.match("t13d1516h1_8daaf6152771_0123456789ac")?.software == "far")
        }
    }

    @Test func aLaterDirectoryOverridesByFingerprint() throws {
        let text = { (software: String) in
            Self.head
                + "- {ja4: \(Self.code), kind: library, software: \(software), source: own, expires: 2027-01-01}\n"
        }
        let files = try ["shipped", "own"].map { [try FingerprintFile(text: text($0), file: $0)] }
        let set = try FingerprintSet(files, catalog: Self.catalog)
        #expect(set.fingerprints.map(\.software) == ["own"])
        #expect(throws: CatalogErrors.self) { try FingerprintSet([files[0] + files[1]], catalog: Self.catalog) }
    }

    @Test func aFingerprintOfAVendorThatIsNotKnownIsRefusedOrNobodys() throws {
        let text =
            Self.head
                + """
                - {ja4: \(Self.code), kind: client, vendor: other, software: o, source: own, expires: 2027-01-01}
                - {ja4: t13d1713h2_5b57614c22b0_7f527383e249, kind: client, vendor: acme, software: a, source: own, expires: 2027-01-01}
                """
        let files = [[try FingerprintFile(text: text, file: "f")]]
        let errors = #expect(throws: CatalogErrors.self) { try FingerprintSet(files, catalog: Self.catalog) }
        #expect(errors?.errors.map(\.code) == [.unknownVendor])
        let set = try FingerprintSet(files, catalog: Self.catalog, unknownOwners: .disowned)
        #expect(set.fingerprints.map(\.software) == ["o", "a"])
        #expect(set.fingerprints.map(\.vendor) == [nil, "acme"])
    }

    @Test(arguments: [
        ("2026-11-22", 0), ("2026-12-31", 0), ("2027-01-01", 1), ("2030-01-01", 1),
    ])
    func whatExpiredIsAFindingFromThatDayOn(day: String, findings: Int) throws {
        let set = try Self.set("{ja4: \(Self.code), kind: library, software: s, source: own, expires: 2027-01-01}")
        #expect(set.check(on: day).count == findings)
        #expect(set.check(on: day).allSatisfy { $0.code == .expired && $0.place.line == 5 })
    }

    @Test(arguments: [
        ("ja4: \(code), knd: library", "5:47: error[V010] unknown key 'knd' in a fingerprint; did you mean 'kind'?"),
        (
            "ja4: \(code), kind: broser",
            "5:53: error[V013] unknown kind 'broser'; one of client, browser, library; did you mean 'browser'?"
        ),
        (
            "ja4: t13d1713h1_5b57614c22b0, kind: library",
            "5:9: error[V050] 't13d1713h1_5b57614c22b0' is no JA4: it has three sections with '_' between them"
        ),
        (
            "ja4: t13d1713h1_5b57614c22b0_xyz, kind: library",
            "5:9: error[V050] 't13d1713h1_5b57614c22b0_xyz' is no JA4: its third section is 12 hexadecimal digits, or '*'"
        ),
        (
            "ja4: x13d1713h1_5b57614c22b0_7f527383e249, kind: library",
            "5:9: error[V050] 'x13d1713h1_5b57614c22b0_7f527383e249' is no JA4: its first section is like 't13d1516h2', with '?' for any one character"
        ),
        (
            "ja4: 't13d1713h1_*_7f527383e249', kind: library",
            "5:9: error[V051] 't13d1713h1_*_7f527383e249' leaves the cipher suites open; write their digest"
        ),
        (
            "ja4: \(code), kind: client, vendor: acm, product: acme-api",
            "5:69: error[V043] unknown vendor 'acm'; did you mean 'acme'?"
        ),
        (
            "ja4: \(code), kind: client, vendor: acme, product: acme-cod",
            "5:84: error[V030] unknown product 'acme-cod'; did you mean 'acme-code'?"
        ),
        ("ja4: \(code), kind: client, product: acme-code", "5:61: error[V053] a 'product' needs its 'vendor'"),
        ("ja4: \(code), kind: browser, vendor: acme", "5:62: error[V053] only a client has a 'vendor'"),
    ])
    func errorsHaveTheirPlaceAndTheNearestName(line: String, expected: String) {
        let whole = "{\(line), software: s, source: own, expires: 2027-01-01}"
        #expect(throws: CatalogErrors.self) { try Self.set(whole) }
        do throws(CatalogErrors) { _ = try Self.set(whole) } catch {
            #expect(error.errors.map(\.description).contains("f:\(expected)"), "\(error)")
        }
    }

    @Test(arguments: [
        ("{}", ["V011", "V011", "V011", "V011", "V011"]), ("{ja4: \(code), kind: library}", ["V011", "V011", "V011"]),
        ("{ja4: \(code), kind: library, software: s, source: own, expires: 2026-11-22}", ["V052"]),
        ("{ja4: \(code), kind: library, software: s, source: wn, expires: 2027-02-30}", ["V015", "V031"]),
    ])
    func whatIsMissingOrEmptyIsAnError(line: String, codes: [String]) {
        do throws(CatalogErrors) {
            _ = try Self.set(line)
            Issue.record("it loads")
        } catch {
            #expect(error.errors.map(\.code.rawValue).sorted() == codes)
        }
    }

    @Test func theShippedOnesLoadAndTellKnownSoftware() throws {
        let catalog = try Catalog.load([Fixtures.vendors])
        let set = try FingerprintSet.load([Self.directory], catalog: catalog)
        #expect(set.check(on: "2026-11-22") == [])
        #expect(set.match(Self.code)?.product == "claude-code")
        // Several releases send the same hello: the name says which were recorded.
        #expect(set.match(Self.code)?.software == "Claude Code 2.1.330-2.1.332")
        #expect(set.match("t13d5911h1_a33745022dd6_1f22a2ca17c4")?.software == "Node.js 20-22")
        #expect(set.match("t13d101000_61a7ad8aa9b6_0d308c48d2a3")?.product == "codex")
        #expect(set.match("t13d1011h2_61a7ad8aa9b6_3fcd1a44f3e3")?.kind == .library)
        // Chromium, Firefox and Safari; then Python, Go, curl and Node.
        for browser in [
            "t13d1517h2_8daaf6152771_cb7bf5808d99", "t13d1715h2_5b57614c22b0_3d5424432f57",
            "t13d2015h2_a09f3c656075_c258b721e490", "q13d0312h3_55b375c5d22e_178839b6cec1",
        ] {
            #expect(set.match(browser)?.kind == .browser)
        }
        for library in [
            "t13d1812h1_85036bcba153_d41ae481755e", "t13d1312h2_f57a46bbacb6_ab7e3b40a677",
            "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6", "t13d5911h1_a33745022dd6_1f22a2ca17c4",
        ] {
            #expect(set.match(library)?.kind == .library)
        }
    }

    @Test func mutatedShippedFilesLoadOrGiveErrorsWithPlaces() throws {
        var random = Random(state: 7)
        let names = ["clients", "browsers", "libraries"]
        let texts = try names.map { try String(contentsOfFile: "\(Self.directory)/\($0).yaml", encoding: .utf8) }
        var refused = 0
        let rounds = 1_500
        for _ in 0..<rounds {
            let text = MutationTests.mutated(texts.randomElement(using: &random) ?? "", using: &random)
            do throws(CatalogErrors) {
                let set = try FingerprintSet([[try FingerprintFile(text: text, file: "m")]], catalog: Self.catalog)
                for fingerprint in set.fingerprints where fingerprint.ja4.isExact {
                    #expect(set.match(fingerprint.ja4.text) == fingerprint)
                }
            } catch {
                refused += 1
                #expect(error.errors.allSatisfy { $0.place.line > 0 && $0.place.column > 0 })
            }
        }
        #expect(refused > rounds / 2)
    }
}
