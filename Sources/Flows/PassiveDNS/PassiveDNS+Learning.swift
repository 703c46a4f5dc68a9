public import Bytes
public import Protocols

extension PassiveDNS {
    /// Remembers what the answer `message` gave `client` at `time`; a question teaches nothing.
    ///
    /// The name remembered is the one asked for; names that its chain passes through are not, for the client never
    /// spoke of them. Addresses count from A, AAAA and the hints of HTTPS and SVCB records, and only where their owner
    /// is the name asked for or one that it leads to. Cost: linear in the records and the
    /// text of their names, and a string if there is one of use.
    public mutating func learn(client: IPAddress, message: borrowing DNSAnswerSet, at time: Timestamp) {
        guard message.header.isResponse, !message.records.isEmpty else { return }
        let chain = CNAMEChain(message, &numbers)
        counted.refused &+= UInt64(chain.strangers)
        guard chain.hasUse else { return }
        guard let name = Self.hostAsked(in: message) else {
            counted.refused &+= 1
            return
        }
        counted.learned &+= 1
        for index in message.records.indices where chain.contains(index) {
            let record = message.records[index]
            let expiry = time.advanced(byNanoseconds: Self.lifetime(chain.timeToLive(of: record)))
            switch record.content {
            case .address(let address), .hint(let address):
                learn(name, of: Pair(client: client, server: address), until: expiry, at: time)
            case .publicName(let range):
                let cover = ECHOuterName(client: client, publicName: message.name(range))
                learn(name, behind: cover, until: expiry, at: time)
            case .alias, .service: break
            }
        }
    }

    private mutating func learn(_ name: String, of pair: Pair, until expiry: Timestamp, at time: Timestamp) {
        let displaced = addresses.update(pair, initial: PassiveDNSNames(limit: Self.namesPerAddress)) {
            $0.learn(name, until: expiry, at: time)
        }
        if displaced { counted.displacedNames &+= 1 }
    }

    private mutating func learn(_ name: String, behind cover: ECHOuterName, until expiry: Timestamp, at time: Timestamp)
    {
        let displaced = covers.update(cover, initial: PassiveDNSNames(limit: Self.namesPerCover)) {
            $0.learn(name, until: expiry, at: time)
        }
        if displaced { counted.displacedNames &+= 1 }
    }

    /// How long a name counts, in nanoseconds: the time to live and a minute, at most a day.
    static func lifetime(_ timeToLive: UInt32) -> Int64 {
        min(Int64(timeToLive) &+ 60, 86_400) &* 1_000_000_000
    }

    /// The host that the question is about: without the labels that stand for a service (`_8443._https.`, RFC 9460
    /// section 2.3); `nil` if it is no host name.
    private static func hostAsked(in message: borrowing DNSAnswerSet) -> String? {
        var text = message.text[message.question.indices]
        while text.first == UInt8(ascii: "_"), let dot = text.firstIndex(of: UInt8(ascii: ".")) {
            text = text[(dot &+ 1)...]
        }
        guard DNSName.isHostName(Array(text).rawSpan) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }
}
