import Bytes
import Protocols
import Wire

/// The name of a flow whose server acknowledges what was read, while more is awaited.
///
/// The name of a TLS 1.3 flow waits for the server's hello, because the server may ask for a second one (RFC 8446 section
/// 4.1.4). A server that never answers, or answers late, does not delay the name further: after a lapse it is reported, and
/// reading continues. The same holds if the client's
/// bytes came with two values and the server does not answer.
extension FlowTracker {
    /// How long more is awaited, in nanoseconds. Timers are looked at once a second, so that the name comes up to a
    /// second later.
    static var helloLapse: Int64 { 2_000_000_000 }

    /// Whether the server has acknowledged what was read, and nothing but its own hello, or the rest of a copy that differs, is
    /// awaited.
    func awaitsMore(_ stream: TCPInspection, window: ReceiveWindow, slot: Int) -> Bool {
        mayLapse(slot) && stream.client.hasEnded { window.hasAcknowledged($0) }
    }

    /// Begins to wait.
    mutating func beginLapse(_ stream: TCPInspection, _ slot: Int) {
        stream.acknowledged = table[slot].end
        guard let lapse = lapse(of: slot) else { return }
        wheel.schedule(slot, at: min(deadline(of: slot), lapse))
    }

    /// When the name of the flow is told without what is awaited; `nil` if it does not wait.
    func lapse(of slot: Int) -> Timestamp? {
        guard mayLapse(slot) else { return nil }
        return detail(of: slot)?.stream?.acknowledged?.advanced(byNanoseconds: Self.helloLapse)
    }

    /// Whether the name may be reported before the server's hello: not if the server has asked for a second one, which is awaited.
    private func mayLapse(_ slot: Int) -> Bool {
        !table[slot].flags.contains(.isNamed) && detail(of: slot)?.findings.tls?.isRetried != true
    }

    /// Tells the name of a flow whose lapse is over. What contradicts it may still come and is reported then.
    mutating func endLapse<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) {
        guard let lapse = lapse(of: slot), lapse <= clock, let detail = details[slot], let stream = detail.stream
        else { return }
        let window = window(table[slot].client, slot)
        stream.client.addNames(into: &detail.findings) { window.hasAcknowledged($0) }
        if let state = detail.findings.tls?.helloState, !detail.isJudged {
            detail.isJudged = true
            count(state)
            judgeHello(slot, detail)
        }
        let held = table[slot].flags.contains(.followsTraffic) ? nil : stream.client.held
        name(slot, observer: &observer)
        endUntold(stream, held: held, before: nil, slot: slot, observer: &observer)
    }
}
