/// The paths under which servers of AI models answer, anyone who runs them: `/v1/messages`, `/api/generate`.
///
/// A gateway may put something before them (`/anthropic/v1/messages`), so that an item is compared with the end of a
/// path. An item that begins with a colon is a verb behind any path: `:generateContent`.
public struct InferencePaths: Equatable, Sendable {
    private let items: [String]

    /// The paths of `items`; those that begin with neither a slash nor a colon are passed over.
    public init(_ items: some Sequence<String> = []) {
        self.items = items.filter { $0.utf8.first == UInt8(ascii: "/") || $0.utf8.first == UInt8(ascii: ":") }
    }

    /// The item that the request asks for; `nil` if it is not one of them or no `POST`, for only a question is sent
    /// with one. Cost: a comparison for each item; asked once a flow in cleartext.
    public func match(method: String, path: String) -> String? {
        guard method == "POST" else { return nil }
        let whole = path.utf8.last == UInt8(ascii: "/") ? path.dropLast() : path[...]
        return items.first { whole.hasSuffix($0) }
    }
}

/// A plain list file: one item a line, `#` begins a comment, blank lines mean nothing.
public enum NameList {
    /// The items of `text` in order, without white space around them.
    public static func items(of text: String) -> [String] { lines(of: Array(text.utf8)).map(\.item) }

    /// The items of the text of `bytes` in order, each with the number of its line, from 1; what is no UTF-8 becomes U+FFFD.
    public static func lines(of bytes: [UInt8]) -> [(line: Int, item: String)] {
        var items: [(line: Int, item: String)] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let trimmed = item(of: line)
            // Nearly all items are such bytes. What a space or a line end beyond them is, only Unicode knows.
            if trimmed.allSatisfy({ (0x21...0x7E).contains($0) }) {
                if !trimmed.isEmpty { items.append((index + 1, String(decoding: trimmed, as: UTF8.self))) }
            } else {
                let parts = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isNewline)
                items += parts.compactMap(item).map { (index + 1, $0) }
            }
        }
        return items
    }

    /// What is before a comment, without the spaces around it.
    private static func item(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var item = line.prefix { $0 != UInt8(ascii: "#") }
        while let last = item.last, isSpace(last) { item.removeLast() }
        return item.drop(while: isSpace)
    }

    private static func item(of line: Substring) -> String? {
        let item = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
        return item.isEmpty ? nil : item
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
