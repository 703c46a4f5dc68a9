import Delivery
import Foundation
import Glibc
import Testing

@Test func onlyAddressesOfThisMachineAreLocal() {
    for (text, isLocal) in [
        ("127.0.0.1:9477", true), ("127.8.9.10:1", true), ("[::1]:9477", true), ("unix:/run/egret/http.sock", true),
        ("0.0.0.0:9477", false), ("[::]:9477", false), ("192.0.2.1:80", false), ("[2001:db8::1]:80", false),
    ] {
        #expect(ListenAddress(text)?.isLocal == isLocal, "\(text)")
    }
    for text in [
        "", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "localhost:80", "::1:80", "[127.0.0.1]:80", "unix:",
        "unix:/" + String(repeating: "x", count: 120),
    ] {
        #expect(ListenAddress(text) == nil, "\(text)")
    }
}

@Test func aSocketThatAProcessLeftIsReplacedAndOneInUseIsNot() throws {
    let path = socketPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = try ListeningSocket.open(.unix(path))
    #expect(throws: SocketError.self) { try ListeningSocket.open(.unix(path)) }
    close(first)
    let second = try ListeningSocket.open(.unix(path))
    defer { close(second) }
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o660)
}

@Test func whatIsNoSocketIsLeftAlone() throws {
    let path = socketPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: SocketError.self) { try ListeningSocket.open(.unix(path)) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
}

@Test func theOwnerOfASocketIsSet() throws {
    guard getuid() == 0 else {
        print("skipped: another owner needs root")
        return
    }
    let path = socketPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let descriptor = try ListeningSocket.open(.unix(path), owner: (user: 65_534, group: 65_534))
    defer { close(descriptor) }
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? Int == 65_534)
}
