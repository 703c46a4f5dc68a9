public import Delivery

/// Where one output goes and in which form, as a person writes it: `-`, a directory, a file, `events.jsonl`, `unixgram:/run/shipper.sock`,
/// `syslog+udp://192.0.2.7:514`, `https://hooks.example/egret`, each with a form in front if it has one of its own:
/// `ecs=/var/log/egret`.
public struct OutputTarget: Equatable, Sendable {
    /// What it is.
    public enum Destination: Equatable, Sendable {
        /// Standard output.
        case standardOutput
        /// Files in the directory.
        case directory(String)
        /// One file: a name that ends in `.jsonl`, `.ndjson` or `.json`.
        case file(String)
        /// A socket that takes lines.
        case socket(SocketAddress)
        /// A socket that takes syslog messages.
        case syslog(SocketAddress)
        /// An HTTP or HTTPS address.
        case webhook(String)
        /// A database of ClickHouse.
        case clickHouse(ClickHouseTarget)
    }

    /// Why a text is no target.
    public struct ParseError: Error, Equatable, Sendable {
        /// What is wrong, in one line.
        public let message: String
    }

    /// What it is.
    public let destination: Destination
    /// The form, if it has one of its own.
    public let format: FormatName?

    /// A target of these parts.
    public init(_ destination: Destination, format: FormatName? = nil) {
        self.destination = destination
        self.format = format
    }

    /// Reads `text`.
    public init(_ text: String) throws(ParseError) {
        var rest = text[...]
        if let equals = text.firstIndex(of: "="), let format = FormatName(rawValue: String(text[..<equals])) {
            self.format = format
            rest = text[text.index(after: equals)...]
        } else {
            format = nil
        }
        destination = try Self.destination(String(rest))
    }

    /// The word by which it is known in `outputs`.
    public var name: String {
        switch destination {
        case .standardOutput: "stdout"
        case .directory, .file: "file"
        case .socket: "socket"
        case .syslog: "syslog"
        case .webhook: "webhook"
        case .clickHouse: "clickhouse"
        }
    }

    /// The target in a few words, for a person; of a webhook no more than its host, for a path may hold a secret.
    public var words: String {
        switch destination {
        case .standardOutput: "standard output"
        case .directory(let path), .file(let path): path
        case .socket(let address): "\(address)"
        case .syslog(let address): "syslog \(address)"
        case .clickHouse(let target): "ClickHouse \(target.server)/\(target.database)"
        case .webhook(let url): "webhook " + (url.split(separator: "/").dropFirst().first.map(String.init) ?? "")
        }
    }

    private static func destination(_ text: String) throws(ParseError) -> Destination {
        if text == "-" { return .standardOutput }
        if let target = try ClickHouseTarget(text) { return .clickHouse(target) }
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            guard text.drop(while: { $0 != "/" }).drop(while: { $0 == "/" }).first != nil else {
                throw ParseError(message: "'\(text)' names no host")
            }
            return .webhook(text)
        }
        if let path = path(text, after: "unix:") { return .socket(.unixStream(path)) }
        if let path = path(text, after: "unixgram:") { return .socket(.unixDatagram(path)) }
        if let path = path(text, after: "syslog+unix:") { return .syslog(.unixStream(path)) }
        if let path = path(text, after: "syslog+unixgram:") { return .syslog(.unixDatagram(path)) }
        if text.hasPrefix("syslog+udp://") {
            let (host, port) = try endpoint(text, after: "syslog+udp://", standard: 514)
            return .syslog(.udp(host, port))
        }
        if text.hasPrefix("syslog+tcp://") {
            let (host, port) = try endpoint(text, after: "syslog+tcp://", standard: 601)
            return .syslog(.tcp(host, port))
        }
        let isSomethingElse = text.isEmpty || text.contains("://") || text.hasPrefix("syslog")
        guard !isSomethingElse else {
            throw ParseError(
                message:
                    "'\(text)' is no output; one of -, a directory, unix:PATH, unixgram:PATH, syslog+unixgram:PATH, "
                    + "syslog+unix:PATH, syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, clickhouse+https://HOST:PORT/DATABASE, "
                    + "http://… and https://…")
        }
        let isFile = [".jsonl", ".ndjson", ".json"].contains { text.hasSuffix($0) && !text.hasSuffix("/" + $0) }
        return isFile ? .file(text) : .directory(text)
    }

    private static func path(_ text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) && text.count > prefix.count ? String(text.dropFirst(prefix.count)) : nil
    }

    /// Host and port of `[2001:db8::1]:514`, `192.0.2.7` and the like.
    private static func endpoint(
        _ text: String, after prefix: String, standard: UInt16
    ) throws(ParseError) -> (String, UInt16) {
        let rest = text.dropFirst(prefix.count)
        let problem = ParseError(message: "'\(text)' is no host and port, as \(prefix)192.0.2.7:\(standard) is")
        var host = rest
        var port: Substring?
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            host = rest[rest.index(after: rest.startIndex)..<end]
            let behind = rest[rest.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else { throw problem }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = rest.lastIndex(of: ":") {
            host = rest[..<colon]
            port = rest[rest.index(after: colon)...]
        }
        let number = port.map { UInt16($0) } ?? standard
        guard !host.isEmpty, let number, number > 0, !host.contains("/") else { throw problem }
        return (String(host), number)
    }
}
