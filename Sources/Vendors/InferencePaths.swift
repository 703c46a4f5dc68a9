/// The paths under which servers of AI models answer, whoever runs them: `/v1/messages`, `/api/generate`.
///
/// A gateway may put something before them (`/anthropic/v1/messages`), so that an item is compared with the end of a
/// path. An item that begins with a colon is a verb behind any path: `:generateContent`.
public struct InferencePaths: Equatable, Sendable {
    private let items: [String]

    /// The paths of `items`; those that begin with neither a slash nor a colon are passed over.
    public init(_ items: some Sequence<String> = []) {
        self.items = items.filter { $0.utf8.first == UInt8(ascii: "/") || $0.utf8.first == UInt8(ascii: ":") }
    }

    /// The item that the request asks for; nothing where it is none of them or no `POST`, for only a question is sent
    /// with one. Cost: a comparison for each item; asked once a flow in the clear.
    public func match(method: String, path: String) -> String? {
        guard method == "POST" else { return nil }
        let whole = path.utf8.last == UInt8(ascii: "/") ? path.dropLast() : path[...]
        return items.first { whole.hasSuffix($0) }
    }
}
