import Glibc

/// Where a capture's bytes come from, in order: a plain file, a compressed one, or memory.
///
/// It is asked once for each window of bytes, never for a frame, so dynamic dispatch costs nothing that shows.
@usableFromInline
class ByteSource {
    /// Why the bytes ended before their end, where they did: half a sentence.
    var failure: String?
    /// Bytes taken from the file itself, compressed if it is.
    var consumed: UInt64 { 0 }
    /// The size of the file itself, if it has one.
    var total: UInt64? { nil }

    /// Writes the next bytes to `buffer` and returns how many; 0 only at the end or after a failure.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }
}

/// Bytes of a descriptor: a regular file, a pipe or standard input.
final class DescriptorSource: ByteSource {
    private let descriptor: Int32
    private let isOwned: Bool
    private let size: UInt64?
    /// What ends the bytes of a pipe before its end.
    private let stop: CaptureStop?
    private var taken: UInt64 = 0

    /// Opens `path`, or standard input for `-`. Throws if that fails or it is a directory.
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
        // A file always has its next bytes; a pipe may have none for ever.
        stop = size == nil ? CaptureStop.current : nil
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
            guard waitForBytes() else { return 0 }
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

extension DescriptorSource {
    /// Waits until there are bytes or the end; false if the stop was requested before.
    private func waitForBytes() -> Bool {
        guard let stop else { return true }
        guard !stop.isRequested, stop.descriptor >= 0 else { return !stop.isRequested }
        var waited = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        // Invariant: the array holds as many structures as the call is told, and is written only during it.
        _ = unsafe poll(&waited, nfds_t(waited.count), -1)
        return !stop.isRequested
    }
}

/// A feed whose first bytes were already read, to see what they are.
final class PrefixedSource: ByteSource {
    private let prefix: [UInt8]
    private let rest: ByteSource
    private var cursor = 0

    /// The bytes of `prefix`, then those of `rest`.
    init(_ prefix: [UInt8], then rest: ByteSource) {
        self.prefix = prefix
        self.rest = rest
    }

    override var consumed: UInt64 { rest.consumed }
    override var total: UInt64? { rest.total }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard cursor < prefix.count else {
            let count = unsafe rest.read(into: buffer)
            failure = rest.failure
            return count
        }
        let count = min(prefix.count - cursor, buffer.count)
        // Invariant: `count` fits both the buffer and what is left of the prefix.
        unsafe buffer.copyBytes(from: prefix[cursor..<cursor + count])
        cursor += count
        return count
    }
}

extension ByteSource {
    /// The first `count` bytes, or fewer if there are no more.
    func first(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            // Invariant: the buffer is the rest of the array, borrowed for the call.
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe self.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if more == 0 { break }
            filled += more
        }
        return Array(bytes[..<filled])
    }

    /// The same bytes, decompressed where their first four say gzip or zstd.
    func decompressed() -> ByteSource {
        let magic = first(4)
        let whole = PrefixedSource(magic, then: self)
        whole.failure = failure
        if magic.starts(with: [0x1F, 0x8B]) { return GzipSource(whole) }
        // RFC 8878 section 3.1: a frame, or a skippable frame before one.
        if magic == [0x28, 0xB5, 0x2F, 0xFD] { return ZstdSource(whole) }
        if magic.count == 4, magic[0] & 0xF0 == 0x50, magic[1...] == [0x2A, 0x4D, 0x18] { return ZstdSource(whole) }
        return whole
    }
}

/// Bytes that are already in memory.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let step: Int
    private var cursor = 0

    /// A feed of `bytes`, at most `step` of them at a time.
    init(_ bytes: [UInt8], step: Int = .max) {
        self.bytes = bytes
        self.step = Swift.max(step, 1)
    }

    override var consumed: UInt64 { UInt64(cursor) }
    override var total: UInt64? { UInt64(bytes.count) }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(step, buffer.count, bytes.count - cursor)
        // Invariant: `count` fits both the buffer and what is left of the array.
        unsafe buffer.copyBytes(from: bytes[cursor..<cursor + count])
        cursor += count
        return count
    }
}
