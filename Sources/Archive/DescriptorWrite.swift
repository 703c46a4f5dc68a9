import Glibc

/// Writes to a descriptor that is already open, and reports how much arrived if a write fails.
///
/// `FileDescriptor.writeAll` throws without the count, and a caller that writes lines has to know which of them are whole.
public enum DescriptorWrite {
    /// The result of one write.
    public struct Outcome: Equatable, Sendable {
        /// The bytes that arrived.
        public let written: Int
        /// The error number of the write that failed; `nil` if everything arrived.
        public let error: Int32?
    }

    /// Writes all of `bytes`, and waits while a non-blocking descriptor takes none (`EAGAIN`). A signal does not end the write.
    public static func all(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Outcome {
        var written = 0
        while written < bytes.count {
            let rest = bytes.dropFirst(written)
            // Invariant: the buffer is the rest of the slice, and is borrowed for the call.
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
                continue
            }
            let error = count == 0 ? EIO : errno
            switch error {
            case EINTR: continue
            case EAGAIN: waitForRoom(descriptor)
            default: return Outcome(written: written, error: error)
            }
        }
        return Outcome(written: written, error: nil)
    }

    /// Removes the last `count` bytes of a regular file that ends at the descriptor's own position.
    ///
    /// - Returns: Whether they are gone; false for a pipe or a device, and if someone else has written after them.
    public static func removeLast(_ count: Int, from descriptor: Int32) -> Bool {
        var status = stat()
        // Invariant: the structure is written only during the call.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard end >= off_t(count), end == status.st_size else { return false }
        let start = end - off_t(count)
        return ftruncate(descriptor, start) == 0 && lseek(descriptor, start, SEEK_SET) == start
    }

    private static func waitForRoom(_ descriptor: Int32) {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // Invariant: one structure, borrowed for the call.
        _ = unsafe poll(&waiting, 1, -1)
    }
}
