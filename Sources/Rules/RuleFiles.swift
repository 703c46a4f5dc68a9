// Foundation reads directories; the standard library has nothing for that. This is the only file of the module that
// touches a disk, and nothing in evaluation comes here.
import Foundation
import Text

/// Rule files on disk.
public enum RuleFiles {
    /// Loads every `.yaml` and `.yml` file of `paths`, which are files or directories; directories are read one level deep.
    ///
    /// A directory's hidden entries are left out, so that the `..data` links of a ConfigMap are not read twice. What cannot
    /// be read is an error of the report, as is a set of paths without any file.
    public static func load(paths: [String], vocabulary: RuleVocabulary = [:]) -> RuleLoad {
        var sources: [RuleSource] = []
        var unreadable: [String] = []
        for path in paths {
            let files = files(at: path)
            if files.isEmpty { unreadable.append(path) }
            for file in files where !sources.contains(where: { $0.name == file }) {
                if let bytes = read(file) {
                    sources.append(RuleSource(name: file, bytes: bytes))
                } else {
                    unreadable.append(file)
                }
            }
        }
        let directories = sources.map { directory(of: $0.name) }
        let load = RuleSet.load(sources, vocabulary: vocabulary) { read($0, within: directories) }
        guard !unreadable.isEmpty else { return load }
        var report = load.report
        for path in unreadable {
            let position = SourcePosition(file: path, line: 1, column: 1)
            report.error(.unreadable, at: position, "no rule file can be read at '\(path)'\(reason(path))")
        }
        return RuleLoad(rules: nil, report: report)
    }

    /// Why a directory has no rules, if there is one.
    private static func reason(_ path: String) -> String {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return "" }
        let holds = names.isEmpty ? "it is empty" : "it holds no .yaml file, and directories in it are not read"
        return ": \(holds)"
    }

    /// The rule files at `path`, sorted by name.
    public static func files(at path: String) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return FileManager.default.isReadableFile(atPath: path) ? [path] : []
        }
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        return names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }
            .sorted().map { "\(base)/\($0)" }
    }

    /// The bytes of the file at `path`; `nil` if it cannot be read.
    public static func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }

    /// The bytes of the file at `path` if that, with every symbolic link followed, is in one of `directories` or below.
    private static func read(_ path: String, within directories: [String]) -> [UInt8]? {
        let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let isInside = directories.contains { place.hasPrefix($0 == "/" ? "/" : $0 + "/") }
        return isInside ? read(path) : nil
    }

    /// The directory of the file at `path`, with every symbolic link followed.
    private static func directory(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().resolvingSymlinksInPath().path
    }

    /// The policy that is evaluated if no rules are named.
    public static let defaultPolicyPath = "rules/policies/default.yaml"

    /// All packs that ship: what the commands on rules read if no path is named.
    public static let defaultPath = "rules/policies"
}
