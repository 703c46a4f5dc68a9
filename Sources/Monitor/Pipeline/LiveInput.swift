import Bytes
import Capture

/// One interface of a live run, also while it is gone. A class only because a noncopyable value cannot be an element of an
/// array.
final class LiveInput {
    /// The interface's name.
    let name: String
    /// The capture, whose socket stays the same.
    var capture: LiveCapture
    /// Whether the interface that was captured from is no longer there.
    private(set) var isGone = false
    /// Whether it was there and up when it was last looked at.
    private(set) var isUp = true
    /// Why the interface cannot be taken up again.
    private var failure: CaptureError?

    /// An interface that was just opened.
    init(_ name: String, _ capture: consuming LiveCapture) {
        self.name = name
        self.capture = capture
    }

    /// Passes on the frames that are there; waits as a read does where the interface is gone.
    ///
    /// - Throws: if the interface fails although it is there.
    func read<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> ReadOutcome {
        if let failure { throw failure }
        if isGone {
            capture.pause()
            return capture.stop.isRequested ? .end : .idle
        }
        return try reading { () throws(CaptureError) in try capture.read(into: &handler, limit: limit) }
    }

    /// Passes on what waits in the ring after a stop; see `LiveCapture.drain`.
    ///
    /// - Throws: if the interface fails although it is there.
    func drain<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> ReadOutcome {
        if isGone { return .idle }
        return try reading { () throws(CaptureError) in try capture.drain(into: &handler, limit: limit) }
    }

    private func reading(_ read: () throws(CaptureError) -> ReadOutcome) throws(CaptureError) -> ReadOutcome {
        do throws(CaptureError) {
            return try read()
        } catch {
            guard error.kind == .interfaceFailed, !capture.isPresent else { throw error }
            isGone = true
            return .idle
        }
    }

    /// Sees whether the interface is there and up, and takes it up again if it has come back. A few system calls.
    func look() {
        if isGone || !capture.isPresent {
            do throws(CaptureError) {
                isGone = !(try capture.resume())
            } catch {
                isGone = true
                failure = error
            }
        }
        isUp = !isGone && capture.isUp
    }
}
