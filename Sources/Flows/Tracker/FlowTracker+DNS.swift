import Bytes
import Protocols
import Wire

/// Reads DNS messages into passive DNS.
extension FlowTracker {
    /// Reads a DNS message: a question waits for its answer, and an answer is learned if its question was asked here, by
    /// this client, of this resolver.
    mutating func learn<Observer: FlowObserver & ~Copyable>(
        _ message: RawSpan, of packet: Packet, at context: PacketContext,
        observer: inout Observer
    ) {
        do throws(ParseError) {
            try DNSMessage.read(message, into: &dnsAnswers)
        } catch .malformed {
            counters.malformedDNS &+= 1
        } catch {
            // Cut by the capture, or no ordinary message: what was read until then is used.
        }
        counters.dnsMessages &+= 1
        if dnsAnswers.header.isResponse {
            learnAnswer(packet, at: context)
        } else if dnsAnswers.header.questionCount == 1 {
            note(
                id: dnsAnswers.header.id, name: dnsAnswers.questionText, type: dnsAnswers.questionType, at: context)
            if observer.wantsQuestions, let name = dnsAnswers.questionName {
                tell(name, type: dnsAnswers.questionType, of: packet.destination, at: context, observer: &observer)
            }
        }
    }

    private mutating func learnAnswer(_ packet: Packet, at context: PacketContext) {
        let wasAsked =
            details[context.slot]?.asked.take(
                id: dnsAnswers.header.id, name: dnsAnswers.questionText, type: dnsAnswers.questionType,
                isForward: context.isForward) ?? false
        account(context.slot)
        guard wasAsked || policy.learnsUnaskedAnswers else {
            counters.unaskedAnswers &+= 1
            return
        }
        dnsMemory.learn(client: packet.destination, message: dnsAnswers, at: context.time)
    }

    /// Notes that a question was asked in the flow.
    private mutating func note(
        id: UInt16, name: some Sequence<UInt8>, type: DNSType, at context: PacketContext
    ) {
        guard let detail = details[context.slot] else { return }
        let hasForgotten = detail.asked.note(id: id, name: name, type: type, isForward: context.isForward)
        if hasForgotten { counters.forgottenQuestions &+= 1 }
        account(context.slot)
    }

    /// Takes the questions that were read of the client's side of DNS over TCP since it was asked last.
    mutating func takeQuestions<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, at context: PacketContext, observer: inout Observer
    ) {
        guard let detail = details[context.slot], detail.findings.application == .dns else { return }
        if let stream = detail.stream, stream.dns == nil {
            // The client may ask more; the answers are read meanwhile.
            stream.dns = DNSInspection()
            name(context.slot, observer: &observer)
        }
        let questions = detail.findings.questions
        detail.findings.questions = []
        for question in questions {
            counters.dnsMessages &+= 1
            note(id: question.id, name: question.name.utf8, type: question.type, at: context)
            if observer.wantsQuestions {
                tell(question.name, type: question.type, of: packet.destination, at: context, observer: &observer)
            }
        }
    }

    /// Tells of a question. No one resolves names for a group (RFC 6762).
    private mutating func tell<Observer: FlowObserver & ~Copyable>(
        _ name: String, type: DNSType, of resolver: IPAddress, at context: PacketContext, observer: inout Observer
    ) {
        guard !resolver.isMulticast else { return }
        let question = DNSQuestion(time: context.time, name: name, type: type, resolver: resolver)
        observer.observe(question, in: snapshot(of: context.slot))
    }
}
