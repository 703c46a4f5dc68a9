/// A database of ClickHouse as a person writes it: `clickhouse+https://ch.example:8443/egret`.
///
/// User and password are never part of it, since it is in configurations, in the list of processes and in logs.
public struct ClickHouseTarget: Equatable, Sendable {
    /// The address of the server's HTTP interface, `https://ch.example:8443`.
    public let server: String
    /// The name of the database: ASCII letters, digits and `_`.
    public let database: String

    /// Reads `text`; `nil` if it has another scheme.
    ///
    /// - Throws: what is wrong, if it names no server and database.
    public init?(_ text: String) throws(OutputTarget.ParseError) {
        guard text.hasPrefix("clickhouse+") else { return nil }
        let url = text.dropFirst("clickhouse+".count)
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }) else {
            throw OutputTarget.ParseError(
                message: "'\(text)' is no server; write clickhouse+https://HOST:PORT/DATABASE")
        }
        let parts = url.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2 || parts.count == 3 && parts[2].isEmpty else {
            throw OutputTarget.ParseError(
                message: "'\(text)' is no server; write clickhouse+https://HOST:PORT/DATABASE")
        }
        guard !host.contains("@") else {
            // The text is not repeated, since it holds a secret.
            throw OutputTarget.ParseError(
                message:
                    "an address of ClickHouse takes no user and password; outputs.clickhouse_credentials names a file of them"
            )
        }
        let database = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : "egret"
        let isName = database.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        guard isName, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && ![0x22, 0x3F, 0x23].contains($0) }) else {
            throw OutputTarget.ParseError(message: "'\(text)': a database is named by letters, digits and _")
        }
        server = scheme + host
        self.database = database
    }

    /// The address for inserting lines; batches with the same `token` count once. Nothing of what is inserted is in it.
    func insertURL(token: String) -> String {
        "\(server)/?database=\(database)&query=INSERT%20INTO%20\(database).door%20%28line%29%20FORMAT%20LineAsString"
            + "&insert_deduplication_token=\(token)&deduplicate_blocks_in_dependent_materialized_views=1"
    }

    /// The address for a query whose text is the body, with `parameters` for the `{name:Type}` in it. Nothing is answered before the
    /// query is over, so that a status of 200 means all of it.
    public func queryURL(parameters: [(name: String, value: String)] = []) -> String {
        let texts = parameters.map { "&param_\($0.name)=\(Self.escaped($0.value))" }
        return "\(server)/?database=\(database)&wait_end_of_query=1" + texts.joined()
    }

    /// Percent-encoding of all but letters and digits (RFC 3986 section 2.1).
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
    }
}
