import Glibc

/// Putting one name of a file system in place of another.
public enum FileReplacement {
    /// Gives what is called `path` the name `other`, whatever had that name before: at no moment is there neither of the two.
    /// Symbolic links are moved, not followed (rename(2)).
    ///
    /// - Throws: the system's error; then nothing was changed.
    public static func move(_ path: String, to other: String) throws(ArchiveError) {
        // Invariant: both paths are terminated copies for the call.
        guard unsafe rename(path, other) == 0 else { throw .current }
    }
}
