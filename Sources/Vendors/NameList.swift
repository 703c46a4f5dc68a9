/// A plain list file: one item a line, `#` begins a comment, blank lines mean nothing.
public enum NameList {
    /// The items of `text` in order, without white space around them.
    public static func items(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let item = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
            return item.isEmpty ? nil : item
        }
    }
}
