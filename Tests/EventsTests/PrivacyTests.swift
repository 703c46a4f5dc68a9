import Bytes
import Events
import Flows
import Foundation
import Rules
import Testing

/// The key of the sample that comes with the reference implementation.
private let sampleKey: [UInt8] = [
    21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16,
    216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2,
]

private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

@Test(
    "Crypto-PAn: the published sample for IPv4, and the vectors that implementations agree on for IPv6",
    arguments: [
        ("128.11.68.132", "135.242.180.132"), ("129.118.74.4", "134.136.186.123"),
        ("130.132.252.244", "133.68.164.234"),
        ("141.223.7.43", "141.167.8.160"), ("141.233.145.108", "141.129.237.235"),
        ("152.163.225.39", "151.140.114.167"),
        ("156.29.3.236", "147.225.12.42"), ("165.247.96.84", "162.9.99.234"), ("192.41.57.43", "252.222.221.184"),
        ("198.26.132.101", "249.36.123.202"), ("204.29.20.4", "243.33.20.123"), ("208.28.185.184", "227.39.94.90"),
        ("216.254.18.172", "235.7.16.162"), ("24.0.250.221", "100.15.198.226"), ("4.3.88.225", "124.60.155.63"),
        ("63.97.7.140", "95.97.9.123"), ("64.39.15.238", "0.219.7.41"), ("127.0.0.1", "33.0.243.129"),
        ("0.0.0.0", "120.255.240.1"), ("10.0.1.128", "117.15.1.129"), ("255.255.255.255", "206.120.97.255"),
        ("::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed"), ("::2", "78ff:f001:9fc0:20df:8380:b1f1:704:ef"),
        ("::ffff", "78ff:f001:9fc0:20df:8380:b1f1:704:f838"),
        ("2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e"),
        ("2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c"),
    ])
func cryptoPAnVectors(_ original: String, _ pseudonym: String) throws {
    let mapping = try #require(CryptoPAn(sampleKey))
    #expect(mapping.pseudonym(of: try address(original)) == (try address(pseudonym)))
    #expect(mapping.original(of: try address(pseudonym)) == (try address(original)))
}

@Test func pseudonymsKeepPrefixesAndLeadBack() throws {
    let mapping = try #require(CryptoPAn((0..<32).map { UInt8($0 * 7 % 251) }))
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<200 {
        let left = IPAddress(ipv4: .random(in: 0...UInt32.max, using: &numbers))
        let shared = Int.random(in: 0...31, using: &numbers)
        // The same first bits, then another.
        let right = IPAddress(
            ipv4: left.ipv4 ^ (1 << UInt32(31 - shared))
                ^ UInt32.random(in: 0..<(1 << UInt32(31 - shared)), using: &numbers))
        let (first, second) = (mapping.pseudonym(of: left), mapping.pseudonym(of: right))
        #expect(first.isIPv4 && (first.ipv4 ^ second.ipv4).leadingZeroBitCount == shared)
        #expect(mapping.original(of: first) == left)
    }
    for _ in 0..<20 {
        let wide = IPAddress(
            high: .random(in: (1 << 61)...UInt64.max, using: &numbers),
            low: .random(in: 0...UInt64.max, using: &numbers))
        #expect(mapping.original(of: mapping.pseudonym(of: wide)) == wide)
    }
    #expect(CryptoPAn([1, 2, 3]) == nil)
}

private func withKeys(_ lines: String, _ body: (PrivacyKeys) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try PrivateFile.create(path, lines)
    try body(try PrivacyKeys(file: path))
}

private let oneKey = "# of the test\n2000-01-01T00:00:00Z \(String(repeating: "5a", count: 32))\n"

private func profile(_ change: (inout PrivacyProfile) -> Void) -> PrivacyProfile {
    var profile = PrivacyProfile()
    change(&profile)
    return profile
}

private func line(_ event: Event, _ pseudonymizer: inout Pseudonymizer) -> String {
    var encoder = EventEncoder(sensor: Samples.sensor)
    encoder.encode(pseudonymizer.hide(event))
    return String(decoding: encoder.line, as: UTF8.self)
}

@Test func noTraceOfAnAddressIsLeftInAnyEvent() throws {
    let hidden = profile {
        $0.sources = .pseudonym
        $0.destinations = .pseudonym
    }
    try withKeys(oneKey) { keys in
        var pseudonymizer = Pseudonymizer(hidden, keys: keys)
        let source = keys.keys[0].addresses.pseudonym(of: IPAddress(ipv4: 0x0A01_0203)).description
        for event in Samples.all() {
            let clear = String(decoding: Samples.lines([event])[0], as: UTF8.self)
            guard clear.contains("\"ip\":\"10.1.2.3\"") else { continue }
            let text = line(event, &pseudonymizer)
            #expect(
                !text.contains("10.1.2.3\"") && !text.contains("10.1.2.3 ") && !text.contains("198.51.100.20"),
                "\(text)")
            #expect(text.contains(source) && text.contains("\"privacy\":{\"key\":\"\(keys.keys[0].id)\"}"), "\(text)")
            // What is made of addresses would lead back to them.
            let members = try object(Array(text.utf8).dropLast())
            let before = try object(Array(clear.utf8).dropLast())
            for (group, member) in [("flow", "id"), ("net", "community_id"), ("alert", "id")] {
                guard let old = (before[group] as? [String: Any])?[member] as? String else { continue }
                #expect((members[group] as? [String: Any])?[member] as? String != old)
            }
            // The same again, and the names of the vendor's hosts are no secret.
            #expect(line(event, &pseudonymizer) == text)
            #expect(text.contains("api.anthropic.com") == clear.contains("api.anthropic.com"))
        }
    }
}

@Test func addressesAreReplacedInMessagesAsWholeWords() throws {
    var alert = Samples.alert()
    alert.message = "10.1.2.3, not 10.1.2.30 or 110.1.2.3. It was 10.1.2.3."
    try withKeys(oneKey) { keys in
        var pseudonymizer = Pseudonymizer(profile { $0.sources = .pseudonym }, keys: keys)
        let new = keys.keys[0].addresses.pseudonym(of: IPAddress(ipv4: 0x0A01_0203)).description
        guard case .alert(let hidden) = pseudonymizer.hide(.alert(alert)) else { return }
        #expect(hidden.message == "\(new), not 10.1.2.30 or 110.1.2.3. It was \(new).")
        #expect(hidden.group.first?.value == new)
    }
}

@Test func whatIsDroppedIsNotWritten() throws {
    var other = Samples.fullFlow()
    other.attribution = nil
    try withKeys(oneKey) { keys in
        var dropping = Pseudonymizer(
            profile {
                $0.sources = .drop
                $0.destinations = .drop
                $0.otherNames = .drop
            }, keys: keys)
        let text = line(.flow(other), &dropping)
        for word in [
            "10.1.2.3", "2001:db8", "anthropic", "claude.example", "rnd-hangzhou", "\"sni\"", "\"host\"", "\"http\"",
        ] {
            #expect(!text.contains(word), "\(word) in \(text)")
        }
        var grouping = Pseudonymizer(profile { $0.sources = .group }, keys: keys)
        let grouped = line(.flow(other), &grouping)
        #expect(grouped.contains("\"ip\":\"0.0.0.0\"") && grouped.contains("rnd-hangzhou"))
        var naming = Pseudonymizer(profile { $0.otherNames = .pseudonym }, keys: keys)
        let named = line(.flow(other), &naming)
        #expect(named.contains(".pseudonym.invalid") && !named.contains("anthropic") && named.contains("10.1.2.3"))
    }
    // Names alone can be dropped without a key; ids are made of addresses, which cannot.
    #expect(Pseudonymizer(profile { $0.otherNames = .drop }) != nil)
    #expect(Pseudonymizer(profile { $0.sources = .drop }) == nil)
}

@Test func aFlowKeepsTheKeyOfItsBeginning() throws {
    // The second key begins one second after the sample flow did.
    let lines = oneKey + PrivacyKeys.line(from: Samples.start.advanced(byNanoseconds: 2_000_000_000))
    try withKeys(lines) { keys in
        var pseudonymizer = Pseudonymizer(profile { $0.sources = .pseudonym }, keys: keys)
        let early = line(.flow(Samples.observation()), &pseudonymizer)
        #expect(early.contains("\"key\":\"\(keys.keys[0].id)\""))
        var later = Samples.observation()
        later.flow.start = Samples.start.advanced(byNanoseconds: 60_000_000_000)
        #expect(line(.flow(later), &pseudonymizer).contains("\"key\":\"\(keys.keys[1].id)\""))
        #expect(keys.keys[0].id != keys.keys[1].id)
    }
}

@Test(arguments: ["", "# none\n", "2026-01-01T00:00:00Z 5a5a\n", "yesterday \(String(repeating: "5a", count: 32))\n"])
func aFileWithoutAKeyIsRefused(_ text: String) {
    #expect(throws: EvidenceError.self) { try withKeys(text) { _ in } }
}
