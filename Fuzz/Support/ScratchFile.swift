import Glibc

/// A file without a name that can yet be opened, for readers of files; one a process, written again for each run.
public struct ScratchFile: Sendable {
    private let descriptor: Int32

    /// An empty file.
    public init() {
        // SAFETY: the stream is never closed; it lives as long as the process.
        guard let stream = unsafe tmpfile() else { preconditionFailure("no file for what is read") }
        descriptor = unsafe fileno(stream)
    }

    /// If it can be opened.
    public var path: String { "/proc/self/fd/\(descriptor)" }

    /// Makes `bytes` all that it holds.
    public func write(_ bytes: ArraySlice<UInt8>) {
        require(ftruncate(descriptor, 0) == 0, "the file cannot be emptied")
        // SAFETY: the buffer is the slice's own, borrowed for the call.
        let written = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        require(written == bytes.count, "the file cannot be written")
    }
}
