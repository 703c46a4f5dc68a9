import Bytes
import Decryption
import StreamReassembly

/// The bottom of a TCP connection: decides which end is the client, and reports the connection at its end.
final class TCPConnectionLayer: StreamReceiver {
    private let recorder: ConnectionRecorder
    private let layer: StreamLayer
    private var isDecided: Bool

    init(_ recorder: ConnectionRecorder) {
        self.recorder = recorder
        layer = StreamLayer(recorder)
        isDecided = recorder.ends.isCertain
        // No one knows what was sent before the first packet.
        if !recorder.ends.isCertain {
            for sender in Sender.allCases { layer.lose(nil, from: sender) }
        }
    }

    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        if !isDecided { decide(bytes, sender) }
        recorder.bytes &+= UInt64(bytes.byteCount)
        layer.receive(bytes, from: role(sender), at: position)
    }

    func lose(_ count: Int?, from sender: Sender) { layer.lose(count, from: role(sender)) }
    func close(_ sender: Sender) { layer.close(role(sender)) }

    func finish() {
        layer.finish()
        guard recorder.bytes > 0 else { return }
        recorder.finish(layer.outcome)
    }

    private func role(_ sender: Sender) -> Sender { recorder.isSwapped ? sender.other : sender }

    /// Without a SYN, the first bytes that only one of the ends can send decide.
    private func decide(_ bytes: RawSpan, _ sender: Sender) {
        isDecided = true
        let isHello = bytes.byte(at: 0) == 22 && bytes.byte(at: 1) == 3
        if isHello, let message = bytes.byte(at: 5), message == 1 || message == 2 {
            recorder.isSwapped = (message == 1) != (sender == .client)
        } else if bytes.hasASCII("HTTP/1.") {
            recorder.isSwapped = sender == .client
        } else if bytes.hasASCII("POST /") || bytes.hasASCII("GET /") || bytes.hasASCII("PRI * HTTP/2") {
            recorder.isSwapped = sender == .server
        }
    }
}
