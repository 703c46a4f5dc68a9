import Foundation

/// Where the rules that come with the program lie: the vendors, the policies and the lists.
enum ShippedRules: String {
    case vendors, policies, lists

    /// The first place that exists: `rules` in the working directory, then beside the program, then in the system.
    var directory: String? {
        // A path that ends in "/." exists only where it is a directory.
        Self.roots.map { "\($0)/\(rawValue)" }.first { FileManager.default.fileExists(atPath: $0 + "/.") }
    }

    /// The example policy.
    static var examplePolicy: String? {
        guard let path = policies.directory.map({ $0 + "/vendor-ban.yaml" }) else { return nil }
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    private static var roots: [String] {
        let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
        return ["rules"] + (program.map { ["\($0)/rules"] } ?? []) + ["/usr/share/egret/rules"]
    }
}
