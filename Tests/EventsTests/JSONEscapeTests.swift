import Events
import Foundation
import Testing

@Test func whatReadersOrTerminalsObeyIsEscapedAndReadBackAsItWas() throws {
    let escaped =
        Array(0x7F...0x9F as ClosedRange<UInt32>) + [0x61C, 0x200E, 0x200F] + Array(0x2028...0x202E)
        + Array(0x2066...0x2069)
    for value in escaped {
        let scalar = try #require(Unicode.Scalar(value))
        var writer = JSONWriter(limit: 1_024)
        let text = "plain text before \(scalar) and after"
        writer.beginObject()
        writer.string("text", text)
        writer.identifier("id", text)
        writer.endObject()
        let line = String(decoding: writer.bytes, as: UTF8.self)
        #expect(!line.unicodeScalars.contains(scalar), "\(value)")
        #expect(
            line.contains(
                "\\u" + String(repeating: "0", count: 4 - String(value, radix: 16).count) + String(value, radix: 16)))
        let read = try object(writer.bytes)
        #expect(read["text"] as? String == text && read["id"] as? String == text)
    }
}

@Test func otherTextThatBeginsWithTheSameBytesIsLeftAsItIs() throws {
    for text in [
        "\u{2010}\u{2027}\u{202F}\u{2065}\u{206A}", "\u{61B}\u{61D}\u{628}", "\u{A0}\u{E9}\u{BF}", "\u{20AC} 5",
    ] {
        var writer = JSONWriter(limit: 1_024)
        writer.beginObject()
        writer.string("text", text)
        writer.endObject()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "{\"text\":\"\(text)\"}")
    }
}
