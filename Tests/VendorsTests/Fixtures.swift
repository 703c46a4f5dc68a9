import Foundation
import Vendors

/// What the tests of this module share: small files, the shipped ones, and numbers that are the same in every run.
enum Fixtures {
    /// The root of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The shipped vendor files.
    static let vendors = "\(root)/rules/vendors"

    /// The researched data that are beside the project if it is developed; nothing elsewhere.
    static var shared: String? {
        if let path = ProcessInfo.processInfo.environment["EGRET_SHARED"] { return path }
        var directory = URL(filePath: root)
        while directory.path != "/" {
            directory.deleteLastPathComponent()
            let path = directory.appending(path: "shared").path
            if FileManager.default.fileExists(atPath: path + "/catalog") { return path }
        }
        return nil
    }

    /// A catalog of the texts of one directory.
    static func catalog(_ texts: String...) throws -> Catalog {
        try Catalog([texts.enumerated().map { try VendorFile(text: $1, file: "\($0).yaml") }])
    }

    /// Every error of the one file `text`, by itself and as a catalog; none if it loads.
    static func errors(of text: String, file: String) -> [CatalogError] {
        do throws(CatalogErrors) {
            _ = try Catalog([[try VendorFile(text: text, file: file)]])
            return []
        } catch {
            return error.errors
        }
    }

    /// A vendor file with `hosts` and, where given, `prefixes`, each a line without its dash.
    static func vendor(_ id: String, hosts: [String], prefixes: [String] = []) -> String {
        var lines = ["id: \(id)", "name: \(id)", "country: US", "category: api", "products:"]
        lines += [
            "- {id: \(id)-api, name: API, category: api}", "- {id: \(id)-code, name: Code, category: coding-agent}",
        ]
        lines += ["sources:", "  docs: {date: 2026-11-22, text: \"https://example.com\"}", "hosts:"]
        lines += hosts.map { "- {\($0), source: docs}" }
        if !prefixes.isEmpty { lines += ["prefixes:"] + prefixes.map { "- {\($0), source: docs}" } }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Random numbers by SplitMix64, the same in every run.
struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
