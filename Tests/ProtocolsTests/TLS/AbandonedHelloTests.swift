import Bytes
import Protocols
import Testing

/// A ClientHello with one server name, cut into records of `size` bytes.
private func records(name: String, size: Int) -> [UInt8] {
    func sized(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes }
    let list = sized([0] + sized([UInt8](name.utf8)))
    let extensions = sized([0, 0] + sized(list))
    let body = [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + sized([0x13, 0x01]) + [1, 0] + extensions
    let message = [1, 0] + sized(body)
    return stride(from: 0, to: message.count, by: size).flatMap { start in
        [22, 3, 1] + sized([UInt8](message[start..<min(message.count, start + size)]))
    }
}

@Test(arguments: [1, 7, 40, 300])
func aHelloThatEndsEarlyGivesItsWholeNameOrNone(size: Int) {
    let stream = records(name: "api.vendor.example", size: size)
    var named = 0
    for length in 0..<stream.count {
        let beginning = [UInt8](stream.prefix(length))
        var parser = ClientHelloParser()
        var findings = Findings()
        _ = parser.parse(beginning.rawSpan, into: &findings)
        parser.abandon(beginning.rawSpan, into: &findings)
        #expect(findings.names.allSatisfy { $0.name == "api.vendor.example" })
        #expect(findings.tls.map { $0.helloState == .truncated } ?? findings.names.isEmpty)
        named += findings.names.count
    }
    // The name is at the hello's end, so that only a stream that has all of it can give it.
    #expect(named == 0)
}
