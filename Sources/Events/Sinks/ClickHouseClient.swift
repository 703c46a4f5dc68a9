import Archive
import Crypto
public import Delivery

/// Requests to one database of ClickHouse over its HTTP interface.
public struct ClickHouseClient: Sendable {
    /// What came of a batch.
    public enum Delivered: Equatable, Sendable {
        /// The server has it.
        case accepted
        /// The server is away, or cannot take it now: the reason. To be tried again.
        case later(String)
        /// The server refuses it, and will refuse it again: the reason.
        case refused(String)
    }

    /// Sends a body to an address, and gives status and what comes back.
    public typealias Exchange = @Sendable (_ body: ArraySlice<UInt8>, _ url: String) -> (HTTPPost.Answer, [UInt8])

    /// The database.
    public let target: ClickHouseTarget
    private let insert: Exchange
    private let query: Exchange

    /// A client of `target` that sends with `insert`, bodies packed by Zstandard, and with `query`, bodies as they are.
    public init(_ target: ClickHouseTarget, insert: @escaping Exchange, query: @escaping Exchange) {
        self.target = target
        self.insert = insert
        self.query = query
    }

    /// A client of `target` by libcurl, each of whose requests may take `milliseconds`. `credentials` is the path of a file with one line,
    /// `USER:PASSWORD`, which only its owner may read; `authorities` that of the certificates (PEM) that are trusted in place of the
    /// system's.
    ///
    /// - Throws: if a file cannot be read, or libcurl is not installed.
    public init(
        _ target: ClickHouseTarget, credentials: String?, authorities: String? = nil, milliseconds: Int
    ) throws(SinkError) {
        var headers = ["User-Agent: egret", "Content-Type: application/octet-stream"]
        if let credentials { headers += try Self.headers(credentials) }
        do throws(HTTPPost.PostError) {
            // No reply to an insert is of use but the text of an error.
            let inserts = try HTTPPost(
                url: target.server, headers: headers + ["Content-Encoding: zstd"], authorities: authorities,
                milliseconds: milliseconds)
            let queries = try HTTPPost(
                url: target.server, headers: headers, authorities: authorities, milliseconds: milliseconds)
            self.init(
                target, insert: { inserts.exchange($0, url: $1, limit: Self.longestAnswer) },
                query: { queries.exchange($0, url: $1, limit: Self.longestAnswer) })
        } catch {
            switch error {
            case .noLibrary: throw .system("libcurl.so.4 is missing, which ClickHouse is reached by (package libcurl4)")
            case .badHeader: throw .system("\(credentials ?? ""): user and password must not have control characters")
            }
        }
    }

    /// Sends `lines`, whole ones, in one insert. The same lines have the same deduplication token, so that a batch that is sent again
    /// because its answer was lost counts once.
    public func send(_ lines: ArraySlice<UInt8>) -> Delivered {
        let packed: [UInt8]
        do throws(ArchiveError) {
            packed = try ZstdFrame.packed(lines)
        } catch { return .later("memory is short") }
        let token = SHA256.hash(data: lines).prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        let (answer, body) = insert(packed[...], target.insertURL(token: token.joined()))
        switch answer {
        case .status(200...299): return .accepted
        case .status(let status) where [408, 429].contains(status) || status >= 500:
            return .later(Self.words(status, body))
        case .status(let status): return .refused(Self.words(status, body))
        case .failed(let reason): return .later("ClickHouse cannot be reached: \(reason)")
        }
    }

    /// Asks `statement` and gives the rows as the server writes them.
    ///
    /// - Throws: the server's words if it refuses, or why there was no answer.
    public func rows(
        _ statement: String, parameters: [(name: String, value: String)]
    ) throws(SinkError) -> [UInt8] {
        let (answer, body) = query(Array(statement.utf8)[...], target.queryURL(parameters: parameters))
        switch answer {
        case .status(200): return body
        case .status(let status): throw .system(Self.words(status, body))
        case .failed(let reason): throw .system("ClickHouse cannot be reached: \(reason)")
        }
    }

    /// The status, and the first line of what the server says; it names no secret, since a query holds none.
    private static func words(_ status: Int, _ body: [UInt8]) -> String {
        let line = body.prefix { $0 != 0x0A }.prefix(300)
        let text = line.isEmpty ? "" : ": " + String(decoding: line, as: UTF8.self)
        return "ClickHouse answers \(status)\(text)"
    }

    private static func headers(_ path: String) throws(SinkError) -> [String] {
        do throws(EvidenceError) {
            let text = String(decoding: try PrivateFile.read(path), as: UTF8.self)
            let line = text.prefix { !$0.isNewline }
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
                throw EvidenceError("\(path): holds no line USER:PASSWORD")
            }
            return ["X-ClickHouse-User: \(line[..<colon])", "X-ClickHouse-Key: \(line[line.index(after: colon)...])"]
        } catch { throw .system(error.description) }
    }

    /// The most bytes of an answer: the rows of a query for findings.
    private static var longestAnswer: Int { 64 << 20 }
}
