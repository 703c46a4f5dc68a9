import Bytes
import Foundation
import Protocols
import Text
import Vendors

/// The lists that flows are read by: resolvers of hidden DNS, outer names of Encrypted Client Hello, paths of requests to
/// AI models. One immutable value, read whole and replaced whole on reload.
struct ReferenceLists: Equatable, Sendable {
    /// The resolvers that answer hidden DNS questions.
    private(set) var resolvers = KnownResolvers(entries: [])
    /// The outer names of Encrypted Client Hello that exist for nothing else, in lower case.
    private(set) var echPublicNames: Set<String> = []
    /// The paths of requests to AI models.
    private(set) var inferencePaths = InferencePaths()

    /// Empty lists.
    init() {}

    /// The lists of `directory`; all of them have to be there.
    ///
    /// - Throws: every item of every list that is none, at its line, and every list that cannot be read.
    init(_ directory: String) throws(CatalogErrors) {
        var errors: [CatalogError] = []
        let names = Self.read("\(directory)/doh-resolvers.txt", kind: "host name", errors: &errors, make: Self.host)
        let addresses = Self.read("\(directory)/doh-resolver-addresses.txt", kind: "address", errors: &errors) {
            IPAddress($0)
        }
        let outer = Self.read("\(directory)/ech-public-names.txt", kind: "host name", errors: &errors, make: Self.host)
        let paths = Self.read(
            "\(directory)/inference-paths.txt", kind: "path, which begins with / or :", errors: &errors
        ) {
            $0.hasPrefix("/") || $0.hasPrefix(":") ? $0 : nil
        }
        guard errors.isEmpty else { throw CatalogErrors(errors) }
        let ways = Set(EncryptedDNS.allCases)
        var entries = names.flatMap { name in
            [name, "*." + name].map { KnownResolvers.Entry(name: $0, addresses: [], protocols: ways) }
        }
        entries.append(.init(name: "", addresses: addresses, protocols: ways))
        resolvers = KnownResolvers(entries: entries)
        echPublicNames = Set(outer)
        inferencePaths = InferencePaths(paths)
    }

    /// The items of the list at `path`, each parsed to its value; an item that cannot be parsed is an error.
    private static func read<Item>(
        _ path: String, kind: String, errors: inout [CatalogError], make: (String) -> Item?
    ) -> [Item] {
        guard let data = FileManager.default.contents(atPath: path) else {
            let place = SourcePosition(file: path, line: 1, column: 1)
            errors.append(CatalogError(.unreadable, "the list cannot be read", at: place))
            return []
        }
        return NameList.lines(of: Array(data)).compactMap { line, item in
            if let made = make(item) { return made }
            let place = SourcePosition(file: path, line: line, column: 1)
            errors.append(CatalogError(.listItem, "'\(item)' is no \(kind)", at: place))
            return nil
        }
    }

    private static func host(_ text: String) -> String? {
        do throws(HostPattern.SyntaxError) { return try HostPattern(.exact, text).name } catch { return nil }
    }
}
