import Glibc

/// Bytes of a descriptor: a regular file, a pipe or standard input.
final class DescriptorSource: ByteSource {
    private let descriptor: Int32
    private let isOwned: Bool
    private let size: UInt64?
    private var taken: UInt64 = 0

    /// Opens `path`, or standard input for `-`. Throws where that fails or it is a directory.
    init(path: String) throws(CaptureError) {
        isOwned = path != "-"
        // Invariant: the path is passed as a terminated copy that lives for the call.
        descriptor = unsafe isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else {
            throw CaptureError(.unreadable, "\(path): cannot be opened: \(systemMessage(errno))")
        }
        var status = stat()
        // Invariant: the structure is written only during the call.
        let isKnown = unsafe fstat(descriptor, &status) == 0
        let format = status.st_mode & S_IFMT
        size = isKnown && format == S_IFREG ? UInt64(clamping: status.st_size) : nil
        super.init()
        if isKnown, format == S_IFDIR { throw CaptureError(.unreadable, "\(path): is a directory, not a capture") }
        // Read-ahead by the kernel; a pipe refuses it, and nothing is lost by that.
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit {
        if isOwned, descriptor >= 0 { close(descriptor) }
    }

    override var consumed: UInt64 { taken }
    override var total: UInt64? { size }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while buffer.count > 0 {
            // Invariant: the buffer is the caller's for the whole call.
            let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { taken += UInt64(count) }
            if count >= 0 { return count }
            if errno == EINTR { continue }
            failure = "reading failed: \(systemMessage(errno))"
            break
        }
        return 0
    }
}
