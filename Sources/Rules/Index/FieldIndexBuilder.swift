import Bytes
import Text
import Vendors

/// Collects the keys of one field, each of which gets a number by which its rules are known.
struct FieldIndexBuilder {
    /// Index keys that are the same are one.
    fileprivate enum Identity: Hashable {
        case text(String), suffix(String), prefix(AddressPrefix), range(Int64, Int64), boolean(Bool)
        case list(SourcePosition)
        case present, absent
    }

    private let field: Field
    private var known: [Identity: UInt32] = [:]
    private var texts: [String: [UInt32]] = [:]
    private var suffixes: [String: [UInt32]] = [:]
    private var blocks: [AddressPrefix: [UInt32]] = [:]
    private var ranges: [(low: Int64, high: Int64, value: UInt32)] = []
    private var lists: [(list: NamedList, key: UInt32)] = []
    private var plain = FieldIndex.Plain()

    init(_ field: Field) {
        self.field = field
    }

    /// The number of `key`; `next` gives a new one if it was not seen before.
    mutating func number(of key: IndexKey, next: () -> UInt32) -> UInt32 {
        let identity = Identity(key)
        if let number = known[identity] { return number }
        let number = next()
        known[identity] = number
        switch key {
        case .text(let text): texts[text, default: []].append(number)
        case .suffix(let name): suffixes[name, default: []].append(number)
        case .prefix(let prefix): blocks[prefix, default: []].append(number)
        case .range(let low, let high): ranges.append((low, high, number))
        case .boolean(true): plain.yes.append(number)
        case .boolean(false): plain.no.append(number)
        case .list(let list): add(list, number)
        case .present: plain.present.append(number)
        case .absent: plain.absent.append(number)
        }
        return number
    }

    /// A short list's entries are found like any other key; a long one is not copied, but asked itself, once for all the
    /// rules that name it.
    private mutating func add(_ list: NamedList, _ number: UInt32) {
        guard list.names.count + list.prefixes.count <= Self.longestList else {
            lists.append((list, number))
            return
        }
        for prefix in list.prefixes.members { blocks[prefix, default: []].append(number) }
        for name in list.names.members {
            switch (list.kind, field.type) {
            case (.suffix, _): suffixes[name, default: []].append(number)
            case (_, .number), (_, .size), (_, .duration):
                if let value = Int64(name) { ranges.append((value, value, number)) }
            default: texts[name, default: []].append(number)
            }
        }
    }

    /// The index of what was collected.
    consuming func finished() -> FieldIndex {
        var names = NameTableBuilder()
        var groups: [[UInt32]] = []
        for (kind, table) in [(NameTable.Kind.whole, texts), (.suffix, suffixes)] {
            for (name, keys) in table {
                names.add(name.utf8, kind, number: UInt32(clamping: groups.count))
                groups.append(keys)
            }
        }
        var prefixes: [(prefix: AddressPrefix, value: UInt32)] = []
        for (prefix, keys) in blocks {
            prefixes.append((prefix, UInt32(clamping: groups.count)))
            groups.append(keys)
        }
        return FieldIndex(
            field, names: names.table(), prefixes: PrefixTable(prefixes), groups: groups, ranges: IntervalTable(ranges),
            lists: lists, plain: plain)
    }

    private static let longestList = 1_024
}

extension FieldIndexBuilder.Identity {
    fileprivate init(_ key: IndexKey) {
        self =
            switch key {
            case .text(let text): .text(text)
            case .suffix(let name): .suffix(name)
            case .prefix(let prefix): .prefix(prefix)
            case .range(let low, let high): .range(low, high)
            case .boolean(let value): .boolean(value)
            case .list(let list): .list(list.position)
            case .present: .present
            case .absent: .absent
            }
    }
}
