import Bytes
import TestSupport
import Testing

@testable import Protocols

@Suite struct HPACKTests {
    private func decode(_ hex: String, _ decoder: inout HPACKDecoder) throws(ParseError) -> [String] {
        var fields: [String] = []
        try decoder.decode(bytes(hex: hex).rawSpan) {
            fields.append(String(decoding: $0.name, as: UTF8.self) + ": " + String(decoding: $0.value, as: UTF8.self))
        }
        return fields
    }

    private func decode(_ hex: String) throws(ParseError) -> [String] {
        var decoder = HPACKDecoder()
        return try decode(hex, &decoder)
    }

    @Test(arguments: [(UInt8(0x0A), UInt8(5), "", 10), (0x1F, 5, "9a0a", 1337), (0x2A, 8, "", 42)])
    func integersOfAppendixC1(first: UInt8, bits: UInt8, rest: String, value: Int) throws {
        let rest = bytes(hex: rest)
        var reader = ByteReader(rest.rawSpan)
        let read = try HPACKDecoder.integer(first, bits: bits, &reader)
        #expect(read == value)
        let isAtEnd = reader.isEmpty
        #expect(isAtEnd)
    }

    @Test func integersArePastTheirBoundAnError() {
        #expect(throws: ParseError.malformed) { try decode("ffffffffff0f") }
        #expect(throws: ParseError.malformed) { try decode("ff8080808000") }
        #expect(throws: ParseError.truncated) { try decode("ff80") }
    }

    @Test func fieldsOfAppendixC2() throws {
        #expect(try decode("400a637573746f6d2d6b65790d637573746f6d2d686561646572") == ["custom-key: custom-header"])
        #expect(try decode("040c2f73616d706c652f70617468") == [":path: /sample/path"])
        #expect(try decode("100870617373776f726406736563726574") == ["password: secret"])
        #expect(try decode("82") == [":method: GET"])
    }

    private static let requests = [
        [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
        [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
        [
            ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
            "custom-key: custom-value",
        ],
    ]

    @Test(arguments: [
        [
            "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
            "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        ],
        [
            "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
            "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        ],
    ])
    func requestsOfAppendixC3AndC4(blocks: [String]) throws {
        var decoder = HPACKDecoder()
        var sizes: [Int] = []
        for (block, fields) in zip(blocks, Self.requests) {
            #expect(try decode(block, &decoder) == fields)
            sizes.append(decoder.table.size)
        }
        #expect(sizes == [57, 110, 164])
    }

    @Test(arguments: [
        [
            "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e17"
                + "68747470733a2f2f7777772e6578616d706c652e636f6d",
            "4803333037c1c0bf",
            "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b"
                + "48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
        ],
        [
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82"
                + "ae43d3",
            "4883640effc1c0bf",
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5"
                + "af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        ],
    ])
    func responsesOfAppendixC5AndC6EvictWhatDoesNotFit(blocks: [String]) throws {
        let date = ["date: Mon, 21 Oct 2013 20:13:21 GMT", "location: https://www.example.com"]
        var decoder = HPACKDecoder()
        var sizes: [Int] = []
        // The appendix works with a table of 256 octets: a size update in front brings it there.
        let update = "3fe101"
        let expected = [
            [":status: 302", "cache-control: private"] + date,
            [":status: 307", "cache-control: private"] + date,
            [
                ":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT",
                "location: https://www.example.com", "content-encoding: gzip",
                "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            ],
        ]
        for (index, block) in blocks.enumerated() {
            #expect(try decode((index == 0 ? update : "") + block, &decoder) == expected[index])
            sizes.append(decoder.table.size)
        }
        #expect(sizes == [222, 222, 215])
    }

    @Test func theTableStaysWithinItsBoundWhateverTheEncoderAsks() throws {
        var decoder = HPACKDecoder()
        // A size update to 65,536, then 200 fields of 34 octets each.
        _ = try decode("3fe1ff03", &decoder)
        #expect(decoder.table.capacity == HPACKDynamicTable.mostOctets)
        for _ in 0..<200 { _ = try decode("4001610162", &decoder) }
        #expect(decoder.table.size <= HPACKDynamicTable.mostOctets)
        #expect(decoder.table.count == 4096 / 34)
        _ = try decode("20", &decoder)
        #expect(decoder.table.count == 0 && decoder.table.size == 0)
    }

    @Test func referencesToNothingAreErrors() {
        #expect(throws: ParseError.malformed) { try decode("80") }
        #expect(throws: ParseError.malformed) { try decode("be") }
        #expect(throws: ParseError.malformed) { try decode("7f0001 61") }
        #expect(throws: ParseError.truncated) { try decode("0405 61") }
    }

    @Test func everyByteHasItsCodeAndPaddingIsChecked() throws {
        #expect(
            try HuffmanCode.hpack.decode(bytes(hex: "f1e3c2e5f23a6ba0ab90f4ff").rawSpan)
                == Array("www.example.com".utf8))
        // Codes of 5, 13, 23 and 30 bits: `0`, NUL, 0x01, LF (the first of 30).
        #expect(try HuffmanCode.hpack.decode(bytes(hex: "07").rawSpan) == [0x30])
        #expect(try HuffmanCode.hpack.decode(bytes(hex: "ffc7").rawSpan) == [0x00])
        #expect(try HuffmanCode.hpack.decode(bytes(hex: "ffffb1").rawSpan) == [0x01])
        #expect(try HuffmanCode.hpack.decode(bytes(hex: "fffffff3").rawSpan) == [0x0A])
        for wrong in ["06", "ff", "ffffffff", "fffffffc", "3fffffff"] {
            #expect(throws: ParseError.malformed) { try HuffmanCode.hpack.decode(bytes(hex: wrong).rawSpan) }
        }
    }

    @Test func hostileBytesDoNotTrap() {
        let block = bytes(hex: "3fe101828684418cf1e3c2e5f23a6ba0ab90f4ff408825a849e95ba97d7f8925a849e95bb8e8b4bf")
        let runs = runHostileBytes(block) { span in
            var decoder = HPACKDecoder()
            try? decoder.decode(span) { _ in }
            #expect(decoder.table.size <= HPACKDynamicTable.mostOctets)
        }
        #expect(runs > block.count)
    }
}
