import Bytes
import FuzzSupport
import Protocols

/// The server's side of TLS: its hello, and the names of its certificate.
///
/// The input's first byte chooses: 0 the rest is the server's stream; 1 a Certificate message; 2 a certificate, which is
/// also put into such a message, behind a ServerHello of TLS 1.2 and into records as long as the second byte says. What
/// is found must not depend on the pieces in which the stream arrives, nor on the records; every name is a host's.
@c(LLVMFuzzerTestOneInput)
public func testServer(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = unsafe copied(bytes, count)
    let rest = Array(input.dropFirst(2))
    let step = 1 + Int(input[1])
    switch input[0] % 3 {
    case 0: holdCuts(ServerHelloParser.self, rest, step: step)
    case 1: if let names = try? CertificateNames(handshake: rest.rawSpan) { hold(names) }
    default: holdCertificate(rest, step: step)
    }
    return 0
}

private func holdCertificate(_ certificate: [UInt8], step: Int) {
    let direct = try? CertificateNames(certificate: certificate.rawSpan)
    if let direct { hold(direct) }
    guard certificate.count <= 16_000 else { return }
    let list = length(certificate.count) + certificate
    let message: [UInt8] = [11] + length(list.count + 3) + length(list.count) + list
    let hello: [UInt8] = [2, 0, 0, 38, 3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x2F, 0]
    let found = holdCuts(ServerHelloParser.self, records(hello + message, size: 20 + step), step: step)
    require(found.tls?.certificateNames == (direct?.all ?? []), "a message says other names than its certificate")
}

private func hold(_ names: CertificateNames) {
    require(names.alternativeNames.count <= CertificateNames.maximumNames, "names without a bound")
    for name in names.all { holdHost(name, allowsWildcard: true) }
    require(Set(names.all).count == names.all.count, "a name occurs twice")
}

/// `messages` in handshake records of at most `size` bytes.
private func records(_ messages: [UInt8], size: Int) -> [UInt8] {
    stride(from: 0, to: messages.count, by: size).flatMap { start in
        let part = messages[start..<min(messages.count, start + size)]
        return [22, 3, 3, UInt8(part.count >> 8), UInt8(part.count & 0xFF)] + part
    }
}

/// A length of three bytes.
private func length(_ count: Int) -> [UInt8] {
    [UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
}
