import Bytes
import Text

extension RuleReader {
    /// Reads the lists, schedules and macros of one file.
    mutating func readDefinitions(of file: RuleFile) {
        let name = file.source.name
        for entry in named(file, "lists") {
            let list = readList(entry, in: file)
            definitions.lists[entry.key, default: [:]][name] = .init(position: entry.position, value: list)
        }
        for entry in named(file, "schedules") {
            let schedule = readSchedule(entry, in: file)
            definitions.schedules[entry.key, default: [:]][name] = .init(position: entry.position, value: schedule)
        }
        for entry in named(file, "macros") {
            definitions.macros[entry.key, default: [:]][name] = .init(position: entry.position, value: entry.value)
        }
    }

    /// Reads every macro of one file, so that an error in it is reported once, used or not.
    mutating func readMacros(of file: RuleFile) {
        for entry in file.root["macros"]?.entries ?? [] {
            guard definitions.macros[entry.key]?[file.source.name] != nil else { continue }
            _ = macro(entry.key, entry.value, usedAt: entry.position, macros: [])
        }
    }

    private mutating func named(_ file: RuleFile, _ key: String) -> [YAMLNode.Entry] {
        guard let entry = file.root.entry(key) else { return [] }
        guard let entries = entry.value.entries else {
            report.error(.shape, at: entry.value.position, "'\(key)' takes a map of names, not \(entry.value.kind)")
            return []
        }
        return entries.filter { !$0.key.hasPrefix("x-") && isName($0.key, at: $0.position) }
    }

    private mutating func readList(_ entry: YAMLNode.Entry, in file: RuleFile) -> NamedList? {
        let node = entry.value
        guard check(node, keys: ["type", "items", "file", "except", "description"], "in list '\(entry.key)'") else {
            return nil
        }
        guard let typeEntry = node.entry("type") else {
            report.error(
                .listType, at: entry.position, "list '\(entry.key)' has no 'type'; one of: exact, suffix, cidr")
            return nil
        }
        guard let kind = keyword(typeEntry, of: NamedList.Kind.self) else { return nil }
        var list = NamedList(kind: kind, name: entry.key, position: entry.position)
        if node["items"] == nil, node["file"] == nil {
            report.error(.listType, at: entry.position, "list '\(entry.key)' has neither 'items' nor 'file'")
        }
        if let items = node.entry("items") {
            for (text, item) in texts(items) ?? [] { add(text, item.position, to: &list, isExcept: false) }
        }
        if let path = node.entry("file") { readListFile(path, into: &list, of: file) }
        if let except = node.entry("except") {
            for (text, item) in texts(except) ?? [] { add(text, item.position, to: &list, isExcept: true) }
        }
        return list
    }

    /// A file of a list holds an entry a line; `#` begins a comment.
    private mutating func readListFile(_ entry: YAMLNode.Entry, into list: inout NamedList, of file: RuleFile) {
        guard let relative = text(entry) else { return }
        let path = Self.path(relative, besides: file.source.name)
        guard Self.isConfined(path, besides: file.source.name) else {
            report.error(
                .listFile, at: entry.value.position,
                "the list's file '\(relative)' is outside the directory of this rule file; put it beside the rule file or below"
            )
            return
        }
        guard let bytes = listFile(path) else {
            report.error(
                .listFile, at: entry.value.position,
                "the list's file '\(path)' cannot be read, or is a link to a file outside its directory")
            return
        }
        include(name: path, bytes: bytes)
        guard bytes.count <= Self.longestList, let source = SourceText(name: path, bytes: bytes) else {
            report.error(.unreadable, at: entry.value.position, "the list's file '\(path)' is not UTF-8, or too long")
            return
        }
        for (number, line) in source.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != UInt8(ascii: "#") }
            guard let start = content.firstIndex(where: { !Self.isBlank($0) }),
                let end = content.lastIndex(where: { !Self.isBlank($0) })
            else { continue }
            let text = String(decoding: content[start...end], as: UTF8.self)
            let column = String(decoding: line[line.startIndex..<start], as: UTF8.self).unicodeScalars.count + 1
            let position = SourcePosition(file: path, line: number + 1, column: column)
            add(text, position, to: &list, isExcept: false, isForeign: true)
        }
    }

    /// Whether `path`, as `path(_:besides:)` gives it, is in the directory of the file `name` or below.
    static func isConfined(_ path: String, besides name: String) -> Bool {
        let directory = name.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if directory.isEmpty, !name.hasPrefix("/") { return !path.hasPrefix("/") && !path.hasPrefix("..") }
        guard path.hasPrefix(directory + "/") else { return false }
        return !path.dropFirst(directory.count).split(separator: "/").contains("..")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// Adds one entry of the list's type, or reports that it is of another. The text of an entry of another file is not told:
    /// the file may be one that anyone who wrote the rule cannot read.
    private mutating func add(
        _ text: String, _ position: SourcePosition, to list: inout NamedList, isExcept: Bool, isForeign: Bool = false
    ) {
        let entry = isForeign ? "this line" : "'\(text)'"
        switch list.kind {
        case .cidr:
            let prefix = block(
                text, shown: isForeign ? entry : nil, at: position, code: .listEntry, context: " in list '\(list.name)'"
            )
            guard let prefix else { return }
            if isExcept { list.exceptPrefixes.insert(prefix) } else { list.prefixes.insert(prefix) }
        case .suffix:
            guard let host = HostText.normalised(text) else {
                let why =
                    InvisibleText.first(in: text).map { "holds \($0), which no host name has" }
                    ?? "is no host name; write it without '*', scheme or path"
                report.error(
                    .listEntry, at: position, "\(entry) in list '\(list.name)' (suffix) \(why)",
                    suggestion: isForeign ? nil : HostText.nearest(to: text))
                return
            }
            if isExcept { list.exceptNames.insert(host) } else { list.names.insert(host) }
        case .exact:
            if let found = InvisibleText.first(in: text) {
                report.error(
                    .listEntry, at: position, "\(entry) in list '\(list.name)' holds \(found)",
                    suggestion: isForeign ? nil : InvisibleText.removed(from: text))
                return
            }
            let name = HostText.normalised(text) ?? text
            for form in Set([text, name]) {
                if isExcept { list.exceptNames.insert(form) } else { list.names.insert(form) }
            }
        }
    }

    /// `relative` in the directory of the file `name`, with `.` and `..` taken out.
    static func path(_ relative: String, besides name: String) -> String {
        if relative.hasPrefix("/") { return relative }
        var parts = name.split(separator: "/", omittingEmptySubsequences: false).dropLast().map { String($0) }
        for part in relative.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != "..", !last.isEmpty {
                parts.removeLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    private static let longestList = 64 << 20
}
