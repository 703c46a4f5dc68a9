import NIOCore
import NIOHTTP1

/// What is asked for, and what is known of the one who asks.
public struct StatusRequest: Sendable {
    /// The path, which begins with `/`.
    public let path: String
    /// The parameters of the query, the last of each name, as they were sent.
    public let query: [String: String]
    /// Whether it arrived where only this machine can connect: at a loopback address or at a socket of the file system.
    public let isLocal: Bool
    /// Whether a browser says that a page of another site caused it (the header `Sec-Fetch-Site` of Fetch Metadata).
    public let isCrossSite: Bool

    /// A request for `target`, a path with a query if there is one.
    public init(_ target: String, isLocal: Bool = true, isCrossSite: Bool = false) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? ""
        self.isLocal = isLocal
        self.isCrossSite = isCrossSite
        var query: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&").prefix(Self.parameters) {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[String(halves[0])] = halves.count > 1 ? String(halves[1]) : ""
        }
        self.query = query
    }

    /// The request of `head`, which arrived at `address`.
    init(_ head: HTTPRequestHead, arrivedAt address: SocketAddress?) {
        let site = head.headers["sec-fetch-site"]
        self.init(
            head.uri, isLocal: Self.isLocal(address),
            isCrossSite: !site.allSatisfy { $0 == "same-origin" || $0 == "none" })
    }

    private static func isLocal(_ address: SocketAddress?) -> Bool {
        guard let address else { return false }
        if address.protocol == .unix { return true }
        guard let host = address.ipAddress else { return false }
        return host == "::1" || host.hasPrefix("127.")
    }

    /// How many parameters are read.
    private static var parameters: Int { 16 }
}
