/// A place in a file that a person wrote: what an editor jumps to.
public struct SourcePosition: Hashable, Sendable, Comparable {
    /// The file's name as it was given.
    public var file: String
    /// The line, from 1; lines end at LF, with or without a CR before it.
    public var line: Int
    /// The column, from 1, in Unicode scalars; a tab is one column, a byte order mark none.
    public var column: Int

    /// The place at `line` and `column` of `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// By file, then line, then column: the order in which errors are printed.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension SourcePosition: CustomStringConvertible {
    /// `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}
