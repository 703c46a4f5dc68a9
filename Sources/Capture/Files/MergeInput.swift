import Bytes

/// One file of a set: opened when the merge comes to its first frame, closed at its end.
@usableFromInline
final class MergeInput {
    let path: String
    /// The file's size, if it has one.
    let size: UInt64?
    @usableFromInline var capture: FileCapture?
    /// What it counted, once it is closed.
    var closed = CaptureStatistics()
    var closedWarnings: [String] = []
    var isDone = false

    /// Opens `path` to see when its first frame is.
    ///
    /// A regular file is closed again, so that a set holds open only the files that overlap in time; what the look
    /// ahead counted is found again when the file is read. Anything else cannot be opened twice and stays open.
    init(path: String, filter: PacketFilter?, table: InterfaceTable, windowLength: Int) throws(CaptureError) {
        self.path = path
        let capture = try FileCapture(path: path, filter: filter, table: table, windowLength: windowLength)
        size = capture.progress.totalBytes
        self.capture = consume capture
    }

    /// When the next frame is; `nil` if there is none.
    func firstTime() -> Timestamp? {
        var handler = NoHandler()
        // Nothing is as early as this, so no frame is passed on.
        _ = capture?.readFrames(into: &handler, limit: .max, through: .distantPast)
        guard case .waiting(let time)? = capture?.state else { return nil }
        if size != nil { capture = nil }
        return time
    }

    /// Opens the file again where the look ahead closed it; false, with a warning, where that fails now.
    func reopen(filter: PacketFilter?, table: InterfaceTable, windowLength: Int) -> Bool {
        if capture != nil { return true }
        do throws(CaptureError) {
            capture = try FileCapture(path: path, filter: filter, table: table, windowLength: windowLength)
            return true
        } catch {
            closedWarnings.append("\(error.description) (it could be read before)")
            closed.unreadFiles = 1
            isDone = true
            return false
        }
    }

    /// Keeps what was counted and closes the file.
    func close() {
        closed = statistics
        closedWarnings = warnings
        capture = nil
        isDone = true
    }

    var statistics: CaptureStatistics { capture?.statistics ?? closed }
    var warnings: [String] { capture?.warnings ?? closedWarnings }
    /// The bytes of the file that were read.
    var bytesRead: UInt64 { isDone ? size ?? 0 : capture?.progress.bytesRead ?? 0 }
}

/// Anyone who takes no frames.
private struct NoHandler: FrameHandler {
    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {}
}
