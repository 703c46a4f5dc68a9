import Yams

/// One YAML file read node by node: it keeps the errors, so that one run reports all of them.
///
/// Every scalar is a text; the caller gives it its type, for a YAML 1.1 reader would turn `no` into false. Anchors and
/// aliases are refused before parsing, so that a small file cannot unfold into a huge one. A file that is no YAML at
/// all, or has one key twice, gives that error alone: there is no tree to look at further.
struct YAMLDocument {
    /// A mapping's values by key, with the place of each key.
    struct Mapping {
        var node: Node
        var values: [String: Node] = [:]
        var keys: [String: Node] = [:]
    }

    let file: String
    private(set) var errors: [CatalogueError] = []

    init(file: String) {
        self.file = file
    }

    /// Parses `text`; nothing, and an error kept, where it is not YAML.
    mutating func root(of text: String) -> Node? {
        guard text.utf8.count <= VendorFile.maximumBytes else {
            add(.tooLarge, "the file is larger than \(VendorFile.maximumBytes) bytes", line: 1, column: 1)
            return nil
        }
        if let place = Self.anchor(in: text) {
            add(.anchor, "anchors ('&name') are not read; write the value out", line: place.line, column: place.column)
            return nil
        }
        do {
            let plain = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
            // Without tags: every scalar is read as a text here, and telling tags apart would cost half of the start.
            guard let node = try Parser(yaml: plain, resolver: .basic, encoding: .utf8).singleRoot() else {
                add(.missingKey, "the file is empty", line: 1, column: 1)
                return nil
            }
            return node
        } catch {
            add(error, text: text)
            return nil
        }
    }

    /// Where `node` stands. A node of a parser always has a mark; 1:1 stands in for the type's sake.
    func place(of node: Node) -> FilePlace {
        FilePlace(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    mutating func add(_ code: CatalogueError.Code, _ message: String, at node: Node, suggestion: String? = nil) {
        errors.append(CatalogueError(code, message, at: place(of: node), suggestion: suggestion))
    }

    private mutating func add(_ code: CatalogueError.Code, _ message: String, line: Int, column: Int) {
        errors.append(CatalogueError(code, message, at: FilePlace(file: file, line: line, column: column)))
    }

    private mutating func add(_ error: any Error, text: String) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let isAlias = problem.contains("alias") || context?.text.contains("alias") ?? false
            let hint = isAlias ? "; put a name that begins with '*' in quotes" : ""
            add(.syntax, "not YAML: \(problem)\(hint)", line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            add(.duplicateKey, "the key '\(name)' stands twice", line: context.mark.line, column: context.mark.column)
        case .reader(let problem, let offset, _, _):
            let before = text.utf8.prefix(max(0, offset ?? 0))
            let line = before.count(where: { $0 == UInt8(ascii: "\n") }) + 1
            let column = before.reversed().prefix(while: { $0 != UInt8(ascii: "\n") }).count + 1
            add(.syntax, "not YAML: \(problem)", line: line, column: column)
        default:
            add(.syntax, "not YAML", line: 1, column: 1)
        }
    }

    /// The place of the first `&` that begins an anchor. In a text of several words `&` followed by a letter counts as
    /// one too: the rare text that holds it stands in the file as `and`.
    private static func anchor(in text: String) -> (line: Int, column: Int)? {
        var line = 1
        var column = 0
        var before: Unicode.Scalar = "\n"
        var pending = false
        for scalar in text.unicodeScalars {
            if pending, !isSpace(scalar) { return (line, column) }
            pending = scalar == "&" && (isSpace(before) || "[{,:-?".unicodeScalars.contains(before))
            if scalar == "\n" {
                line += 1
                column = 0
            } else {
                column += 1
            }
            before = scalar
        }
        return nil
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
    }
}
