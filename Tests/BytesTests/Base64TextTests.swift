import Bytes
import Testing

@Suite struct Base64TextTests {
    /// The examples of RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func bytesAreWrittenAndReadAsInRFC4648(text: String, expected: String) {
        #expect(String(decoding: Base64Text.encode(text.utf8), as: UTF8.self) == expected)
        #expect(Base64Text.decode(expected.utf8) == Array(text.utf8))
    }
}
