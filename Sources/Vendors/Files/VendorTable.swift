import Text

/// A table of many vendors of which little is known, one a line: `rules/vendors/listed.tsv`.
///
/// Columns are separated by tabs: id, name, category, domains, confidence, sources, API hosts. Lines that begin with `#` are comments,
/// but for `#source`, which names a source: its short name, date and text. Lists inside a column are separated by commas. Thousands of
/// vendors are read in the time that a YAML file of a few dozen takes, which is why the table is not YAML.
struct VendorTable {
    private static let columns = 7
    private var sources: [String: (text: String, date: String)] = [:]
    private var reader: VendorReader
    private var position: SourcePosition

    /// Reads the bytes of one table. Throws every error that the file alone can show.
    static func read(bytes: [UInt8], file: String) throws(CatalogErrors) -> [VendorFile] {
        var table = VendorTable(
            reader: VendorReader(file: file), position: SourcePosition(file: file, line: 1, column: 1))
        guard bytes.count <= VendorFile.maximumBytes else {
            table.add(.limit, "the file is larger than \(VendorFile.maximumBytes) bytes")
            throw CatalogErrors(table.reader.errors)
        }
        var files: [VendorFile] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            table.position = SourcePosition(file: file, line: index + 1, column: 1)
            if let read = table.row(line) { files.append(read) }
        }
        guard table.reader.errors.isEmpty else { throw CatalogErrors(table.reader.errors) }
        return files
    }

    private mutating func add(_ code: CatalogError.Code, _ message: String) { reader.add(code, message, at: position) }

    private mutating func row(_ line: ArraySlice<UInt8>) -> VendorFile? {
        let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard let first = text.first else { return nil }
        let cells = text.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if first == UInt8(ascii: "#") {
            if cells[0] == "#source" { source(cells) }
            return nil
        }
        guard cells.count == Self.columns else {
            add(.shape, "a line has \(Self.columns) columns separated by tabs, not \(cells.count)")
            return nil
        }
        return vendor(cells)
    }

    private mutating func source(_ cells: [String]) {
        guard cells.count == 4, cells[2].utf8.count == 10 else {
            return add(.shape, "a source has a name, a date as 2026-11-22 and a text, separated by tabs")
        }
        sources[cells[1]] = (cells[3], cells[2])
    }

    private mutating func vendor(_ cells: [String]) -> VendorFile? {
        guard VendorReader.isSlug(cells[0]) else {
            add(.slug, "'\(cells[0])' is no id: 2 to 64 of a-z, 0-9 and '-'")
            return nil
        }
        guard let category = Category(rawValue: cells[2]), let confidence = Confidence(rawValue: cells[4]) else {
            add(.unknownWord, "'\(cells[2])' is no category, or '\(cells[4])' no confidence")
            return nil
        }
        let known = cells[5].split(separator: ",").map { sources[String($0)] }
        let named = known.compactMap(\.self)
        guard !named.isEmpty, named.count == known.count else {
            add(.unknownSource, "'\(cells[5])' is no list of sources that the file names")
            return nil
        }
        let domains = patterns(.suffix, cells[3])
        guard let first = domains.first else {
            if cells[3].isEmpty { add(.missingKey, "a vendor has at least one domain") }
            return nil
        }
        let template = CatalogEntry(
            match: .host(first), vendor: cells[0], role: .web, category: category,
            scope: .dedicated, confidence: confidence, usedBy: [], sources: named.map(\.text),
            date: named.map(\.date).max() ?? "", place: position)
        let entries =
            domains.map { entry(template, $0, role: .web) }
            + patterns(.exact, cells[6]).map { entry(template, $0, role: .inference) }
        let vendor = Vendor(id: cells[0], name: cells[1], country: "ZZ", category: category, products: [])
        return VendorFile(
            file: reader.file, vendor: vendor, vendorPlace: position, category: category, entries: entries)
    }

    /// An entry of the same vendor for another pattern.
    private func entry(_ template: CatalogEntry, _ pattern: HostPattern, role: Role) -> CatalogEntry {
        var entry = template
        entry.match = .host(pattern)
        entry.role = role
        return entry
    }

    /// Patterns for the names of a column, in its order; an error for each that is no host name.
    private mutating func patterns(_ kind: HostPattern.Kind, _ names: String) -> [HostPattern] {
        var patterns: [HostPattern] = []
        for name in names.split(separator: ",") {
            if let pattern = try? HostPattern(kind, String(name)) {
                patterns.append(pattern)
            } else {
                add(.host, "'\(name)' is no host name")
            }
        }
        return patterns
    }
}
