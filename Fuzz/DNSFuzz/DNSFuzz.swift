import Bytes
import Flows
import FuzzSupport
import Protocols

/// DNS messages, in datagrams and on a stream, and the memory of what they taught.
///
/// The input's first byte says how large the pieces are in which its rest arrives as a stream of messages, each behind
/// two bytes of length. The same messages are also read as datagrams, a second apart and from few clients: a set that is
/// used again must hold what a new one does, its ranges are in its text, and the memory stays within its bounds and
/// gives nothing but names that hosts can have.
@c(LLVMFuzzerTestOneInput)
public func testMessages(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 3 else { return 0 }
    let input = unsafe copied(bytes, count)
    holdCuts(DNSStream.self, Array(input.dropFirst()), step: 1 + Int(input[0]))
    holdFrames(Array(input.dropFirst()))
    var limits = PassiveDNS.Limits()
    (limits.addresses, limits.publicNames) = (8, 4)
    var memory = PassiveDNS(limits: limits)
    var answers = DNSAnswerSet()
    var time = Timestamp(nanoseconds: 0)
    for (index, part) in parts(of: input, from: 1).enumerated() {
        time = time.advanced(byNanoseconds: 1_000_000_000)
        let client = IPAddress(ipv4: 0x0A00_0000 + UInt32(index % 5))
        hold(part.bytes, into: &answers)
        memory.learn(client: client, message: answers, at: time)
        hold(memory, client, answers, at: time)
    }
    return 0
}

/// Holds what is true of one message, which `answers` then holds.
private func hold(_ message: [UInt8], into answers: inout DNSAnswerSet) {
    _ = DNSMessage.probe(message.rawSpan, sourcePort: 4000, destinationPort: 4001)
    _ = DNSMessage.probe(message.rawSpan, sourcePort: 53, destinationPort: 4001)
    let error = read(message, into: &answers)
    var fresh = DNSAnswerSet()
    require(read(message, into: &fresh) == error, "reading again fails otherwise")
    require(fresh.text == answers.text && fresh.question == answers.question, "an earlier message shows through")
    require(fresh.records == answers.records, "an earlier message shows through")
    require(answers.records.count <= DNSAnswerSet.maximumRecords, "records without a bound")
    if let name = answers.questionName { require(name.utf8.count <= DNSName.maximumTextLength, "too long") }
    for record in answers.records { hold(record, in: answers) }
}

private func hold(_ record: DNSRecord, in answers: DNSAnswerSet) {
    hold(record.owner, in: answers)
    switch record.content {
    case .alias(let range), .publicName(let range): hold(range, in: answers)
    case .service(let service): _ = answers.applicationProtocols(of: service)
    case .address, .hint: break
    }
}

private func hold(_ range: ByteRange, in answers: DNSAnswerSet) {
    require(range.indices.upperBound <= answers.text.count, "a range outside its text")
    require(!answers.name(range).isEmpty, "an empty name")
}

private func hold(_ memory: PassiveDNS, _ client: IPAddress, _ answers: DNSAnswerSet, at time: Timestamp) {
    require(memory.count <= 8, "addresses without a bound")
    for record in answers.records {
        guard case .address(let server) = record.content else { continue }
        let (names, isAmbiguous) = memory.names(client: client, server: server, at: time)
        require(names.count <= 4 && (names.count < 2 || isAmbiguous), "names that cannot all be sure")
        for name in names { holdHost(name, allowsWildcard: false) }
    }
}

private func read(_ message: [UInt8], into answers: inout DNSAnswerSet) -> ParseError? {
    do throws(ParseError) {
        try DNSMessage.read(message.rawSpan, into: &answers)
        return nil
    } catch {
        return error
    }
}

/// Holds that the frames of a stream follow one another within its bytes.
private func holdFrames(_ stream: [UInt8]) {
    var offset = 0
    while true {
        switch DNSStream.frame(in: stream.rawSpan, at: offset) {
        case .message(let range):
            require(range.indices.lowerBound == offset + 2, "a frame that does not follow its length")
            require(range.indices.upperBound <= stream.count, "a frame outside its stream")
            offset = range.indices.upperBound
        case .more(let atLeast):
            require(atLeast > stream.count, "no more is asked for than is there")
            return
        case .skip: return
        }
    }
}
