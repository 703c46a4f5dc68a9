import Glibc

/// Why a file could not be packed or unpacked.
public enum ArchiveError: Error, Equatable, Sendable {
    /// What the operating system says, by its number.
    case system(Int32)
    /// The bytes are no whole Zstandard frames, or memory was short.
    case format
    /// More comes out of it than was to be taken.
    case tooLarge
    /// It was told to end.
    case ended

    /// The failure that the error number of this thread tells of.
    static var current: ArchiveError { .system(errno) }
}
