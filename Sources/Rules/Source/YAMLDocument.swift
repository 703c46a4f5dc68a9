import Yams

/// One rule file read into nodes with positions.
///
/// Yams composes the nodes; what it makes of scalars (numbers, dates, truth values) is never asked for, because a
/// YAML 1.1 reader turns `18:30` into 1110 and `no` into false. Cost: linear in the file, within `YAMLLimits`.
struct YAMLDocument: Sendable {
    /// The file.
    let source: SourceText
    /// Its root.
    let root: YAMLNode

    /// Reads `source`, adding what is wrong to `report`; nothing where no tree could be made.
    init?(_ source: SourceText, limits: YAMLLimits = YAMLLimits(), report: inout DiagnosticReport) {
        self.source = source
        guard Self.isWithin(limits, source, report: &report) else { return nil }
        var masked = MaskedKeys(source)
        guard let node = Self.compose(source, masked: &masked, limits: limits, report: &report) else { return nil }
        var budget = limits.nodes
        var conversion = YAMLConversion(source: source, masked: masked, limits: limits)
        guard let root = conversion.convert(node, depth: 0, budget: &budget, report: &report) else { return nil }
        self.root = root
    }

    private static func isWithin(_ limits: YAMLLimits, _ source: SourceText, report: inout DiagnosticReport) -> Bool {
        let start = source.position(at: 0)
        guard source.bytes.count <= limits.bytes else {
            report.error(.limit, start, "the file has \(source.bytes.count) bytes; at most \(limits.bytes) are read")
            return false
        }
        let aliases = YAMLIndicators.count(in: source.bytes)
        guard aliases.aliases <= limits.aliases || aliases.anchors == 0 else {
            report.error(.limit, start, "the file uses more than \(limits.aliases) YAML aliases; use 'macros:'")
            return false
        }
        guard aliases.depth <= limits.depth * 4 else {
            report.error(.limit, start, "maps and lists are nested more than \(limits.depth) deep")
            return false
        }
        return true
    }

    /// Composes the nodes, and where a key stands twice in a map, hides the earlier one and tries again, so that one
    /// run reports all of them.
    private static func compose(
        _ source: SourceText, masked: inout MaskedKeys, limits: YAMLLimits, report: inout DiagnosticReport
    ) -> Node? {
        for _ in 0...limits.duplicates {
            do {
                let parser = try Parser(yaml: masked.text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    report.error(.syntax, source.position(at: 0), "the file is empty")
                    return nil
                }
                return root
            } catch let error as YamlError {
                if masked.hide(error) { continue }
                report.error(.syntax, masked.position(of: error), masked.describe(error))
                return nil
            } catch {
                break
            }
        }
        report.error(.limit, source.position(at: 0), "the file has too many keys that stand twice in one map")
        return nil
    }
}
