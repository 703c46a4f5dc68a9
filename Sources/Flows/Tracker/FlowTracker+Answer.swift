import Bytes
import Protocols
import Wire

/// Detects whether the server answers.
///
/// A single unanswered packet is weak evidence: anyone can send one with a forged source address and any content. An attacker
/// off the path cannot make both ends continue the exchange.
extension FlowTracker {
    /// Follows, by a packet with payload, whether the server answers. Called only as long as that is open.
    ///
    /// TCP is answered by the server's first payload on a connection of which the client's side was seen too. A server
    /// answers a QUIC Initial packet whose source was forged as well, so there the client has to continue after the answer.
    mutating func noteAnswer<Observer: FlowObserver & ~Copyable>(
        isClient: Bool, slot: Int, observer: inout Observer
    ) {
        let flags = table[slot].flags
        if !isClient, flags.contains(.awaitsAnswer) {
            table[slot].flags.remove(.awaitsAnswer)
            let isQUIC = details[slot]?.quic != nil
            table[slot].flags.insert(flags.contains(.sawBoth) && !isQUIC ? .isAnswered : .awaitsClient)
        } else if isClient, flags.contains(.awaitsClient) {
            table[slot].flags.remove(.awaitsClient)
            table[slot].flags.insert(.isAnswered)
        }
        guard table[slot].flags.isSuperset(of: [.isAnswered, .isNamed]) else { return }
        tellAnswer(slot, observer: &observer)
    }

    /// Notifies the observer, once a flow, that the server answered, or that it is over and no one did.
    mutating func tellAnswer<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) {
        guard !table[slot].flags.contains(.hasToldAnswer) else { return }
        table[slot].flags.insert(.hasToldAnswer)
        let isOfInterest = table[slot].flags.contains(.isOfInterest)
        if observer.wants(.answered, ofInterest: isOfInterest) { report(slot, .answered, observer: &observer) }
        if isOver(slot, observer: &observer) { forget(slot) }
    }
}

extension Flow.Flags {
    /// Packets were seen both ways.
    static var sawBoth: Flow.Flags { [.sawForward, .sawBackward] }
}
