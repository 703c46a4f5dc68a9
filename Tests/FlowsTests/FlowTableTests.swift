import Bytes
import TestSupport
import Testing
import Wire

@testable import Flows

private let seed = HashSeed(1, 2, 3)

/// The key of flow number `number`: ends and ports that differ in few bits.
private func key(_ number: Int) -> FlowKey {
    var packet = Packet()
    packet.source = IPAddress(ipv4: 0x0A00_0000 | UInt32(number & 0xFF))
    packet.destination = IPAddress(ipv4: 0xC0A8_0000 | UInt32(number >> 8 & 0xFF))
    packet.sourcePort = UInt16(truncatingIfNeeded: number >> 16)
    packet.destinationPort = 443
    var isForward = true
    return FlowKey(packet, isForward: &isForward)
}

private func flow(_ number: Int) -> Flow {
    Flow(key: key(number), start: Timestamp(nanoseconds: Int64(number)), interface: 0)
}

@Test func randomChangesOfTheTableAgreeWithADictionary() {
    var random = Xorshift(seed: 7)
    for capacity in [1, 5, 1000, 5000] {
        var table = FlowTable(capacity: capacity, seed: seed)
        var model: [Int: Int] = [:]
        for _ in 0..<40_000 {
            let number = random.below(capacity * 2)
            let hash = table.hash(key(number))
            let slot = table.find(key(number), hash: hash)
            #expect((slot == FlowTable.noSlot) == (model[number] == nil))
            if let known = model[number] {
                #expect(slot == known && table[slot].start.nanoseconds == Int64(number))
                if random.below(2) == 0 {
                    table.remove(slot)
                    model[number] = nil
                }
            } else {
                let new = table.insert(flow(number), hash: hash)
                #expect((new == FlowTable.noSlot) == (model.count == capacity))
                if new >= 0 { model[number] = new }
            }
            #expect(table.count == model.count)
        }
        for (number, slot) in model { #expect(table.find(key(number), hash: table.hash(key(number))) == slot) }
    }
}

@Test func theTableGrowsToItsCapacityAndThenRefuses() {
    var table = FlowTable(capacity: 3000, seed: seed)
    let small = table.memory
    for number in 0..<3000 { #expect(table.insert(flow(number), hash: table.hash(key(number))) >= 0) }
    #expect(table.insert(flow(3000), hash: table.hash(key(3000))) == FlowTable.noSlot)
    #expect(table.memory > small && table.memory <= 3000 * FlowTable.bytesPerFlow)
    for number in 0..<3000 { #expect(table.find(key(number), hash: table.hash(key(number))) >= 0) }
    #expect(table.find(key(3000), hash: table.hash(key(3000))) == FlowTable.noSlot)
}

@Test func removingASlotTwiceChangesNothing() {
    var table = FlowTable(capacity: 4, seed: seed)
    let slot = table.insert(flow(1), hash: table.hash(key(1)))
    table.remove(slot)
    table.remove(slot)
    #expect(table.count == 0)
    #expect(table.insert(flow(2), hash: table.hash(key(2))) >= 0)
    #expect(table.insert(flow(3), hash: table.hash(key(3))) >= 0)
    #expect(table.find(key(2), hash: table.hash(key(2))) != table.find(key(3), hash: table.hash(key(3))))
}

@Test func bothDirectionsHaveOneKeyAndOneHash() {
    var random = Xorshift(seed: 11)
    for _ in 0..<2000 {
        var packet = Packet()
        let isIPv6 = random.below(2) == 0
        func address(_ random: inout Xorshift) -> IPAddress {
            isIPv6
                ? IPAddress(high: random.next(), low: random.next())
                : IPAddress(ipv4: UInt32(truncatingIfNeeded: random.next()))
        }
        packet.source = address(&random)
        packet.destination = random.below(8) == 0 ? packet.source : address(&random)
        packet.sourcePort = UInt16(truncatingIfNeeded: random.next())
        packet.destinationPort = UInt16(truncatingIfNeeded: random.next())
        packet.envelope.addVLAN(UInt16(random.below(4096)))
        var answer = packet
        swap(&answer.source, &answer.destination)
        swap(&answer.sourcePort, &answer.destinationPort)
        var isForward = false
        var isAnswerForward = false
        let one = FlowKey(packet, isForward: &isForward)
        let other = FlowKey(answer, isForward: &isAnswerForward)
        #expect(one == other && one.hash(seed: seed) == other.hash(seed: seed))
        let isSameEnd = packet.source == packet.destination && packet.sourcePort == packet.destinationPort
        #expect(isForward != isAnswerForward || isSameEnd)
        #expect(one.identity(start: Timestamp(nanoseconds: 5)) == other.identity(start: Timestamp(nanoseconds: 5)))
        #expect(one.identity(start: Timestamp(nanoseconds: 5)) != one.identity(start: Timestamp(nanoseconds: 6)))
    }
}

@Test func everyPartOfTheKeyTellsFlowsApart() {
    var isForward = true
    let base = Packet()
    var variants = [base]
    func vary(_ change: (inout Packet) -> Void) {
        var packet = base
        change(&packet)
        variants.append(packet)
    }
    vary { $0.destination = IPAddress(high: 1, low: 0) }
    vary { $0.destination = IPAddress(high: 0, low: 1) }
    vary { $0.destinationPort = 1 }
    vary { $0.transport = .udp }
    vary { $0.envelope.addVLAN(1) }
    vary {
        $0.envelope.addVLAN(2)
        $0.envelope.addVLAN(1)
    }
    vary { $0.envelope.add(.gre, identifier: 0) }
    vary { $0.envelope.add(.vxlan, identifier: 7) }
    let scope: FlowScope = [.vlan, .tunnel]
    let keys = variants.map { FlowKey($0, scope: scope, isForward: &isForward) }
    for one in keys.indices {
        for other in keys.indices where one != other {
            #expect(keys[one] != keys[other])
            #expect(keys[one].hash(seed: seed) != keys[other].hash(seed: seed))
        }
    }
    #expect(keys[0].hash(seed: seed) != keys[0].hash(seed: HashSeed(1, 2, 4)))
}

@Test func hashesOfNeighbouringFlowsSpreadEvenly() {
    var buckets = [Int](repeating: 0, count: 256)
    for number in 0..<65_536 { buckets[Int(key(number).hash(seed: seed) >> 32 & 0xFF)] += 1 }
    #expect(buckets.allSatisfy { $0 > 150 && $0 < 370 })
}

@Test func communityIDsAreThePublishedOnes() throws {
    func id(_ from: String, _ fromPort: UInt16, _ to: String, _ toPort: UInt16, _ transport: IPProtocol) throws
        -> String
    {
        let left = (address: try #require(IPAddress(from)), port: fromPort)
        let right = (address: try #require(IPAddress(to)), port: toPort)
        var texts: (there: [UInt8], back: [UInt8]) = ([], [])
        CommunityID.append(left, right, transport: transport, to: &texts.there)
        CommunityID.append(right, left, transport: transport, to: &texts.back)
        #expect(texts.there == texts.back)
        return String(decoding: texts.there, as: UTF8.self)
    }
    #expect(try id("128.232.110.120", 34_855, "66.35.250.204", 80, .tcp) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
    #expect(try id("192.168.1.52", 54_585, "8.8.8.8", 53, .udp) == "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")
    // By an independent reading of the specification.
    #expect(try id("2001:db8:1::1", 5000, "2001:db8:2::2", 443, .tcp) == "1:1msZzdQw0zgC9tNCLWRj/xHT/js=")
    #expect(try id("10.1.2.3", 443, "10.1.2.3", 500, .tcp) == "1:0pQ9fV5H0NZisQzgnUWIQzRJOno=")
    #expect(try id("fe80::1", 53, "fe80::1", 53, .udp) == "1:SPl6o3hrW71SVL9NzCas1ZIZWiQ=")
}
