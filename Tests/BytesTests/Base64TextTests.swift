import Bytes
import Testing

@Suite("Base64") struct Base64TextTests {
    @Test(
        "The vectors of RFC 4648 section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, encoded: String) {
        #expect(Base64Text.encode(plain.utf8) == Array(encoded.utf8))
        #expect(Base64Text.decode(encoded.utf8) == Array(plain.utf8))
        let withoutPadding = encoded.utf8.filter { $0 != UInt8(ascii: "=") }
        #expect(Base64Text.encode(plain.utf8, isURL: true) == withoutPadding)
        #expect(Base64Text.decode(withoutPadding) == Array(plain.utf8))
    }

    @Test func everyByteInEveryPositionComesBack() {
        for byte in UInt8.min...UInt8.max {
            for length in 1...4 {
                let bytes = [UInt8](repeating: byte, count: length)
                #expect(Base64Text.decode(Base64Text.encode(bytes)) == bytes)
                #expect(Base64Text.decode(Base64Text.encode(bytes, isURL: true)) == bytes)
            }
        }
    }

    @Test func theTwoAlphabetsDifferInTwoLetters() {
        #expect(Base64Text.encode([0xFB, 0xFF]) == Array("+/8=".utf8))
        #expect(Base64Text.encode([0xFB, 0xFF], isURL: true) == Array("-_8".utf8))
        #expect(Base64Text.decode("+_8=".utf8) == nil, "both alphabets in one text")
    }

    @Test func encodingIsAppendedToWhatIsThere() {
        var text = Array("1:".utf8)
        Base64Text.append("foo".utf8, to: &text)
        #expect(text == Array("1:Zm9v".utf8))
    }
}
