/// One field of egret's own form, and where it is in the others. All of them together are the one table that the
/// Elastic Common Schema and OCSF are written from; what is not in it goes below `egret` and `unmapped` under its own name.
public struct FieldMapping: Sendable {
    /// What happens to the value.
    enum Conversion: Sendable {
        /// It stays as it is.
        case same
        /// RFC 3339 text into milliseconds since 1970.
        case milliseconds
        /// Seconds into nanoseconds.
        case toNanoseconds
        /// Seconds into milliseconds.
        case toMilliseconds
        /// A number into a text.
        case toText
        /// A word into a number or a text of the other schema; words that are not there into the last.
        case words([String: String], other: String)
    }

    /// Where the value goes.
    struct Target: Sendable, ExpressibleByStringLiteral {
        /// Which events have the place.
        enum Scope: Sendable {
            /// All.
            case all
            /// Flows and questions; of an alert it is a part of its evidence.
            case network
            /// Flows and questions alone; of an alert the field keeps its own name.
            case flow
        }

        var path: String
        var conversion = Conversion.same
        var scope = Scope.all

        init(_ path: String, _ conversion: Conversion = .same, in scope: Scope = .all) {
            self.path = path
            self.conversion = conversion
            self.scope = scope
        }

        init(stringLiteral path: String) { self.init(path) }
    }

    /// The path in egret's own form, `src.ip`.
    public let native: String
    let ecs: Target?
    let ocsf: Target?

    init(_ native: String, ecs: Target? = nil, ocsf: Target? = nil) {
        self.native = native
        self.ecs = ecs
        self.ocsf = ocsf
    }

    /// The table in Markdown: what is in the documentation, which a test holds.
    public static var documentation: String {
        let head = "| field | Elastic Common Schema | OCSF |\n|---|---|---|\n"
        return head
            + all.map { row in
                let ecs = row.ecs.map { "`\($0.path)`" } ?? "`egret.\(row.native)`"
                var ocsf = row.ocsf.map { "`\($0.path)`" } ?? "`unmapped.\(row.native)`"
                if case .network = row.ocsf?.scope { ocsf += ", in alerts in `evidences[]`" }
                if case .flow = row.ocsf?.scope { ocsf += ", in alerts `unmapped.\(row.native)`" }
                return "| `\(row.native)` | \(ecs) | \(ocsf) |\n"
            }.joined()
    }
}
