import ByteScanning
import Bytes
import TestSupport
import Testing

@testable import Audit

/// What is found eight or four bytes at a time, beside the same byte by byte.
@Suite struct TextPlacesTests {
    private static let pieces = [
        "Today", "To", "'", "`", "x", "é", "日", "\u{1F600}", "1", "2", "19", "2026-11-30", "10.1.2.3", "192.168.0.1",
        "172.16.0.1",
        "/" + "home/", "/Users/", "\\Users\\", "@", "a@b.cd", "Asia/", "Europe/Rome", "And", "\t", " ", "\r", "\n",
        " \n", "\t ", "\"",
        "\\", "\u{1}", "-", "_", ".", "Z",
    ]

    private static func text(_ random: inout Xorshift) -> String {
        (0..<random.below(40)).map { _ in pieces[random.below(pieces.count)] }.joined()
    }

    private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }

    @Test("The places of a text are those that a look at each byte gives")
    func places() {
        var random = Xorshift(seed: 15)
        for _ in 0..<4_000 {
            let bytes = Array(Self.text(&random).utf8)
            let places = TextPlaces(bytes.rawSpan)
            func byte(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }
            func offsets(_ condition: (Int) -> Bool) -> [Int] { bytes.indices.filter(condition) }
            #expect(
                places.years
                    == offsets { index in
                        (byte(index) == 0x31 || byte(index) == 0x32) && !Self.isDigit(byte(index - 1))
                            && (1...3).allSatisfy { Self.isDigit(byte(index + $0)) }
                    })
            #expect(places.todays == offsets { bytes[$0...].starts(with: Array("Today".utf8)) })
            #expect(
                places.apostrophes
                    == offsets { index in
                        guard byte(index) == 0x27 || byte(index) == 0x60, let next = byte(index + 1) else {
                            return false
                        }
                        return next >= 0x80 || (0x61...0x7A).contains(next | 0x20)
                    })
            #expect(
                places.blankEnds
                    == offsets { [0x20, 0x09, 0x0D].contains(byte($0)) && byte($0 + 1) == 0x0A })
            let isMixed = bytes.indices.contains { index in
                (byte(index) == 0x20 && byte(index + 1) == 0x09) || (byte(index) == 0x09 && byte(index + 1) == 0x20)
            }
            #expect(places.hasMixedBlanks == isMixed)
        }
    }

    @Test("No fact of a text begins at another place than those that are looked at")
    func facts() {
        var random = Xorshift(seed: 16)
        for _ in 0..<4_000 {
            let bytes = Array(Self.text(&random).utf8)
            let found = EnvironmentValues.hits(in: bytes.rawSpan, at: TextPlaces(bytes.rawSpan).facts)
            let all = EnvironmentValues.hits(in: bytes.rawSpan, at: Array(bytes.indices))
            #expect(found.map(\.offset) == all.map(\.offset))
            #expect(found.map(\.text) == all.map(\.text))
        }
        let text = Array("mail anna@corp.test from /\("home")/anna in Europe/Rome at 10.1.2.3".utf8)
        let hits = EnvironmentValues.hits(in: text.rawSpan, at: TextPlaces(text.rawSpan).facts)
        #expect(hits.map(\.category) == [.email, .home, .timeZone, .networkAddress])
    }

    @Test("The characters of a text and their offsets are those of its scalars")
    func characters() {
        var random = Xorshift(seed: 17)
        for _ in 0..<4_000 {
            let text = Self.text(&random)
            let scalars = MarkScalars(text)
            let expected = Array(text.unicodeScalars)
            #expect(Array(scalars) == expected)
            #expect(scalars.foreign == expected.indices.filter { !expected[$0].isASCII })
            var offset = 0
            var offsets: [Int] = []
            for scalar in expected {
                offsets.append(offset)
                offset += UTF8.width(scalar)
            }
            #expect(expected.indices.map { scalars.offset(of: $0) } == offsets)
            let plain = expected.indices.filter { expected[$0].isASCII }
            #expect(scalars.positions(of: plain.map { offsets[$0] }) == plain)
            #expect(scalars.positions(of: 0x27) == expected.indices.filter { expected[$0] == "'" })
            let digit = expected.firstIndex { (0x30...0x39).contains($0.value) }
            #expect(scalars.firstDigit(from: 0) == digit)
        }
    }

    @Test("A JSON string ends its plain part at a quotation mark, a backslash or a control character")
    func plainParts() {
        var random = Xorshift(seed: 18)
        for _ in 0..<4_000 {
            let bytes = Array(Self.text(&random).utf8)
            let start = bytes.isEmpty ? 0 : random.below(bytes.count)
            let end = bytes.count
            let expected = bytes[start...].firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C } ?? end
            #expect(bytes.rawSpan.plainEnd(from: start, to: end) == expected)
        }
    }
}

@Suite struct DigestTests {
    private static let text = String(repeating: "The whole conversation is sent with each request. ", count: 4)

    private func derived(_ digest: String, _ auditor: Auditor) -> [String] {
        let request = exchange(body: "{\"messages\":[\"\(Self.text)\"],\"sum\":\"\(digest)\"}")
        return auditor.audit(request).findings.filter { $0.kind == .derived && $0.field == "body.sum" }.map(\.category)
    }

    @Test("Each checksum is found in every form, in a first request and in a later one with the same text")
    func forms() {
        let auditor = Auditor(unpack: ContentUnpacking.unpack)
        for round in 0..<2 {
            for checksum in Checksum.allCases {
                let digest = checksum.digest(of: Array(Self.text.utf8))
                let digits = digest.hexadecimalText
                #expect(digest.count == checksum.length)
                #expect(derived(digits, auditor) == [checksum.rawValue], "round \(round)")
                #expect(derived(String(digits.uppercased().prefix(8)), auditor) == [checksum.rawValue])
                guard digest.count >= 16 else { continue }
                for isURL in [false, true] {
                    let encoded = String(decoding: Base64Text.encode(digest, isURL: isURL), as: UTF8.self)
                    #expect(derived(encoded, auditor) == [checksum.rawValue])
                    #expect(derived("s=" + encoded.filter { $0 != "=" }, auditor) == [checksum.rawValue])
                }
            }
            #expect(derived("0123456789abcdef", auditor).isEmpty)
        }
    }

    @Test("Checksums are those of published tests")
    func vectors() {
        let checksums = Checksum.allCases.map { $0.digest(of: Array("123456789".utf8)).hexadecimalText }
        #expect(checksums[0] == "25f9e794323b453885f5181f1b624d0b")
        #expect(checksums[4] == "cbf43926")
        #expect(checksums[5] == "8cb841db40e6ae83")
        for checksum in Checksum.allCases {
            for count in [0, 1, 31, 32, 33, 100] {
                let bytes = [UInt8](repeating: 0x61, count: count)
                let digest = checksum.digest(of: bytes)
                let head = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                #expect(checksum.head(of: bytes.rawSpan) == head)
            }
        }
    }
}
