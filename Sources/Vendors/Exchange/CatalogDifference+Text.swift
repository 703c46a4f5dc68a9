import Text

extension CatalogDifference {
    /// For a person: sentences by kind, vendors first.
    public var text: String {
        var lines: [String] = []
        Self.section("new vendors", vendorsAdded.map { "\($0.id)\t\(Self.words($0))" }, to: &lines)
        Self.section("vendors that are gone", vendorsRemoved.map { "\($0.id)\t\(Self.words($0))" }, to: &lines)
        Self.section(
            "vendors described differently",
            vendorsChanged.map { old, new in
                "\(new.id)\t\(Self.words(old)); now \(Self.words(new))"
            }, to: &lines)
        Self.section("new products", productsAdded.map { "\($0.vendor)\t\($0.product)" }, to: &lines)
        Self.section("products that are gone", productsRemoved.map { "\($0.vendor)\t\($0.product)" }, to: &lines)
        Self.section("new entries", added.map(Self.words), to: &lines)
        Self.section("entries that are gone", removed.map(Self.words), to: &lines)
        Self.section(
            "entries that say something else",
            changed.map { change in
                let members = change.members.map { "\($0.name) was \($0.old), is \($0.new)" }.joined(separator: "; ")
                return "\(change.new)\t\(members)"
            }, to: &lines)
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    /// One line: the counts of what came, went and changed.
    public var summary: String {
        let head = "catalog \(versions.old) to \(versions.new): "
        if isEmpty {
            return head + "no difference" + (renewed > 0 ? "; \(renewed) entries have another source or date" : "")
        }
        return head + "\(vendorsAdded.count) vendors came, \(vendorsRemoved.count) went; \(added.count) entries came, "
            + "\(removed.count) went, \(changed.count) changed; \(renewed) have another source or date"
    }

    private static func section(_ title: String, _ items: [String], to lines: inout [String]) {
        guard !items.isEmpty else { return }
        lines.append("\(title) (\(items.count)):")
        lines += items.map { "  " + $0 }
    }

    private static func words(_ vendor: Vendor) -> String {
        "\(vendor.name.escapedForDisplay(limit: 200)), \(vendor.country), \(vendor.category.rawValue)"
    }

    private static func words(_ entry: CatalogEntry) -> String {
        "\(entry)\t\(entry.vendor ?? "-")\t\(entry.product ?? "-")\t\(entry.role.rawValue)"
    }

    /// One JSON object with the same content.
    public var json: String {
        let vendors = [("vendors_added", vendorsAdded), ("vendors_removed", vendorsRemoved)].map { key, list in
            "\"\(key)\":[\(list.map { JSONText.quoted($0.id) }.joined(separator: ","))]"
        }
        let described = vendorsChanged.map { old, new in
            Self.object([
                ("id", new.id), ("old", Self.words(old)), ("new", Self.words(new)),
            ])
        }
        let products = [("products_added", productsAdded), ("products_removed", productsRemoved)].map { key, list in
            "\"\(key)\":[\(list.map { Self.object([("vendor", $0.vendor), ("product", $0.product)]) }.joined(separator: ","))]"
        }
        let entries = [("entries_added", added), ("entries_removed", removed)].map { key, list in
            "\"\(key)\":[\(list.map(Self.json).joined(separator: ","))]"
        }
        let changes = changed.map { change in
            let members = change.members.map { member in
                "\(JSONText.quoted(member.name)):" + Self.object([("old", member.old), ("new", member.new)])
            }
            let entry = JSONText.quoted(change.new.description)
            return "{\"entry\":\(entry),\"changes\":{\(members.joined(separator: ","))}}"
        }
        let head = ["\"old\":\(JSONText.quoted(versions.old))", "\"new\":\(JSONText.quoted(versions.new))"]
        let all = head + vendors + ["\"vendors_changed\":[\(described.joined(separator: ","))]"] + products + entries
        let tail = ["\"entries_changed\":[\(changes.joined(separator: ","))]", "\"entries_renewed\":\(renewed)"]
        return "{" + (all + tail).joined(separator: ",") + "}"
    }

    private static func json(_ entry: CatalogEntry) -> String {
        object([
            ("entry", entry.description), ("vendor", entry.vendor), ("product", entry.product),
            ("role", entry.role.rawValue),
        ])
    }

    private static func object(_ members: [(key: String, value: String?)]) -> String {
        let known = members.compactMap { member in
            member.value.map { "\(JSONText.quoted(member.key)):\(JSONText.quoted($0))" }
        }
        return "{" + known.joined(separator: ",") + "}"
    }
}
