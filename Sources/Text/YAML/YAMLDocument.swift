import Yams

/// One YAML file read into nodes with positions.
///
/// A plain file is read by `PlainYAML`; the nodes of any other are composed by Yams. What Yams makes of scalars (numbers,
/// dates, truth values) is never asked for, because a YAML 1.1 reader turns `18:30` into 1110 and `no` into false. Cost:
/// linear in the file, within `YAMLLimits`.
public struct YAMLDocument: Sendable {
    /// The file.
    public let source: SourceText
    /// Its root.
    public let root: YAMLNode

    /// Reads the file `name` of `bytes`, adding what is wrong to `faults`; `nil` if no tree could be made.
    ///
    /// A key that occurs twice is a fault too, but the tree holds its last value: what else is wrong can be said in the
    /// same run. Anyone who takes the tree without looking at `faults` takes a file with errors.
    public init?(name: String, bytes: [UInt8], limits: YAMLLimits = YAMLLimits(), faults: inout [YAMLError]) {
        let start = SourcePosition(file: name, line: 1, column: 1)
        guard bytes.count <= limits.bytes else {
            let message = "the file has \(bytes.count) bytes; at most \(limits.bytes) are read"
            faults.append(YAMLError(kind: .limit, position: start, message: message))
            return nil
        }
        guard let source = SourceText(name: name, bytes: bytes) else {
            faults.append(YAMLError(kind: .encoding, position: start, message: "the file is not UTF-8"))
            return nil
        }
        guard Self.isWithin(limits, source, faults: &faults) else { return nil }
        let plain = PlainYAML.root(of: source, limits: limits)
        guard let root = plain ?? Self.composedRoot(of: source, limits: limits, faults: &faults) else { return nil }
        self.source = source
        self.root = root
    }

    /// The root as the YAML reader makes it of any file.
    static func composedRoot(of source: SourceText, limits: YAMLLimits, faults: inout [YAMLError]) -> YAMLNode? {
        var masked = MaskedKeys(source)
        guard let node = compose(source, masked: &masked, limits: limits, faults: &faults) else { return nil }
        var conversion = YAMLConversion(source: source, masked: masked, limits: limits)
        let root = conversion.convert(node, depth: 0)
        faults += conversion.faults
        return root
    }

    private static func isWithin(_ limits: YAMLLimits, _ source: SourceText, faults: inout [YAMLError]) -> Bool {
        let start = source.position(at: 0)
        let indicators = YAMLIndicators(of: source.bytes)
        if limits.aliases == 0, let anchor = indicators.firstAnchor {
            let message = "anchors ('&name') are not read; write the value out"
            faults.append(YAMLError(kind: .anchor, position: source.position(at: anchor), message: message))
            return false
        }
        guard indicators.aliases <= limits.aliases || indicators.firstAnchor == nil else {
            let message = "the file uses more than \(limits.aliases) YAML aliases; use 'macros:'"
            faults.append(YAMLError(kind: .limit, position: start, message: message))
            return false
        }
        guard indicators.depth <= limits.depth * 4 else {
            let message = "maps and lists are nested more than \(limits.depth) deep"
            faults.append(YAMLError(kind: .limit, position: start, message: message))
            return false
        }
        return true
    }

    /// Composes the nodes, and where a key occurs twice in a map, hides the earlier one and tries again, so that one
    /// run reports all of them.
    private static func compose(
        _ source: SourceText, masked: inout MaskedKeys, limits: YAMLLimits, faults: inout [YAMLError]
    ) -> Node? {
        for _ in 0...limits.duplicates {
            do {
                // Without tags: every scalar is read as a text here, and telling tags apart would cost half of the time.
                let parser = try Parser(yaml: masked.text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    faults.append(
                        YAMLError(kind: .syntax, position: source.position(at: 0), message: "the file is empty"))
                    return nil
                }
                return root
            } catch let error as YamlError {
                if masked.hide(error) { continue }
                faults.append(masked.fault(error))
                return nil
            } catch {
                break
            }
        }
        let message = "the file has too many keys that are twice in one map"
        faults.append(YAMLError(kind: .limit, position: source.position(at: 0), message: message))
        return nil
    }
}

/// What keeps a file from being read as YAML, or a part of it from being taken.
public struct YAMLError: Equatable, Sendable {
    /// The kinds of faults; each reader has codes of its own for them.
    public enum Kind: Sendable {
        /// The bytes are not UTF-8.
        case encoding
        /// The text is not YAML.
        case syntax
        /// A limit of size, depth, values or aliases is passed.
        case limit
        /// An anchor in a file that takes none.
        case anchor
        /// A key that is no single word.
        case key
        /// A key occurs twice in one map.
        case duplicateKey
    }

    /// The kind.
    public let kind: Kind
    /// Where it is.
    public let position: SourcePosition
    /// What it is, in one line.
    public let message: String
}

/// What a file may cost at most; past it the file is refused with an error, not read in part.
public struct YAMLLimits: Sendable {
    /// Bytes of one file. 10,000 rules of ordinary length are some 6 MB.
    public var bytes = 16 << 20
    /// Maps and lists inside one another.
    public var depth = 40
    /// Values in one file, each use of an alias counted with all it holds.
    public var nodes = 2_000_000
    /// Aliases in one file. They can multiply the file, so that few are enough for anyone; with none, anchors are
    /// refused too.
    public var aliases = 16
    /// Keys written twice in one map that are reported before the reader gives up on the file.
    public var duplicates = 20

    /// The limits of files of rules and settings.
    public init() {}
}
