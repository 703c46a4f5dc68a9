import Text

/// A table of many vendors of which little is known, one a line: `rules/vendors/listed.tsv`.
///
/// Columns are separated by tabs: id, name, category, domains, confidence, sources, API hosts and, if it is known, country. Lines that begin with `#` are comments,
/// but for `#source`, which names a source: its short name, date and text. Lists inside a column are separated by commas. Thousands of
/// vendors are read in the time that a YAML file of a few dozen takes, which is why the table is not YAML.
struct VendorTable {
    private static let columns = 7...8
    /// What a list of sources says.
    private struct NamedSources {
        var texts: [String]
        var date: String
    }

    private var sources: [String: (text: String, date: String)] = [:]
    /// The lists of sources that rows have named so far, by their cell.
    private var named: [String: NamedSources] = [:]
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
        if first == UInt8(ascii: "#") {
            if Self.text(cells[0]) == "#source" { source(cells.map(Self.text)) }
            return nil
        }
        guard Self.columns.contains(cells.count) else {
            add(.shape, "a line has 7 columns separated by tabs, or 8 with the country, not \(cells.count)")
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

    private mutating func vendor(_ cells: [ArraySlice<UInt8>]) -> VendorFile? {
        let id = Self.text(cells[0])
        guard VendorReader.isSlug(id) else {
            add(.slug, "'\(id)' is no id: 2 to 64 of a-z, 0-9 and '-'")
            return nil
        }
        let (kind, sureness) = (Self.text(cells[2]), Self.text(cells[4]))
        guard let category = Self.categories[kind], let confidence = Self.confidences[sureness] else {
            add(.unknownWord, "'\(kind)' is no category, or '\(sureness)' no confidence")
            return nil
        }
        guard let named = named(cells[5]), let country = country(cells) else { return nil }
        var entries: [CatalogEntry] = []
        for (column, kind, role) in [(3, HostPattern.Kind.suffix, Role.web), (6, .exact, .inference)] {
            for name in cells[column].split(separator: Self.comma) {
                guard let match = pattern(kind, Self.text(name)) else { continue }
                entries.append(
                    CatalogEntry(
                        match: match, vendor: id, role: role, category: category, scope: .dedicated,
                        confidence: confidence, usedBy: [], sources: named.texts, date: named.date, place: position))
            }
            guard !entries.isEmpty else {
                if cells[3].isEmpty { add(.missingKey, "a vendor has at least one domain") }
                return nil
            }
        }
        let vendor = Vendor(
            id: id, name: Self.text(cells[1]), country: country, category: category, products: [])
        return VendorFile(
            file: reader.file, vendor: vendor, vendorPlace: position, category: category, entries: entries)
    }

    /// The texts of the sources that a cell names, and the newest date of them; `nil` and an error if the file lacks one.
    ///
    /// Most rows have one of a few lists of sources, so each list is looked up once.
    private mutating func named(_ cell: ArraySlice<UInt8>) -> NamedSources? {
        let cell = Self.text(cell)
        if let known = named[cell] { return known }
        let found = cell.split(separator: ",").map { sources[String($0)] }
        let texts = found.compactMap { $0?.text }
        guard !texts.isEmpty, texts.count == found.count else {
            add(.unknownSource, "'\(cell)' is no list of sources that the file names")
            return nil
        }
        let new = NamedSources(texts: texts, date: found.compactMap { $0?.date }.max() ?? "")
        named[cell] = new
        return new
    }

    /// The country of the eighth column, `ZZ` if there is none; `nil` and an error if it is no country.
    private mutating func country(_ cells: [ArraySlice<UInt8>]) -> String? {
        guard cells.count == 8 else { return "ZZ" }
        let country = Self.text(cells[7])
        guard VendorReader.isCountry(country) else {
            add(.country, "'\(country)' is no country; two capital letters, and no eighth column if it is unknown")
            return nil
        }
        return country
    }

    /// What an entry for a name matches; `nil` and an error if it is no host name.
    private mutating func pattern(_ kind: HostPattern.Kind, _ name: String) -> CatalogEntry.Match? {
        guard let pattern = try? HostPattern(kind, name) else {
            add(.host, "'\(name)' is no host name")
            return nil
        }
        return .host(pattern)
    }

    private static let comma = UInt8(ascii: ",")
    private static let categories = Dictionary(uniqueKeysWithValues: Category.allCases.map { ($0.rawValue, $0) })
    private static let confidences = Dictionary(uniqueKeysWithValues: Confidence.allCases.map { ($0.rawValue, $0) })

    private static func text(_ cell: ArraySlice<UInt8>) -> String { String(decoding: cell, as: UTF8.self) }
}
