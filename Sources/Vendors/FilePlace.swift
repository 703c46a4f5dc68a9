/// A place in a file of the user's: what an error points at.
public struct FilePlace: Hashable, Sendable {
    /// The file's name as it was given to the reader.
    public var file: String
    /// The line, counted from 1.
    public var line: Int
    /// The column in Unicode scalars, counted from 1.
    public var column: Int

    /// The place of all its parts.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension FilePlace: Comparable {
    /// Whether `left` stands before `right`, by file, line and column.
    public static func < (left: FilePlace, right: FilePlace) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension FilePlace: CustomStringConvertible {
    /// The place as `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}
