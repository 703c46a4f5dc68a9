import Delivery
import Foundation
import Glibc
import Testing

private func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

/// A datagram socket that receives at a path or a port of the loopback.
private final class DatagramReceiver {
    let descriptor: Int32
    var port: UInt16 = 0

    init?(path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        // Invariant: the path is shorter than the field, and the field ends with zeros.
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(100)) }
        // Invariant: every sockaddr_un may be read as a sockaddr, with the length of the former.
        let result = unsafe withUnsafePointer(to: name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { return nil }
    }

    init?() {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Invariant: every sockaddr_in may be read and written as a sockaddr, with the length of the former.
        let result = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard result else { return nil }
        port = UInt16(bigEndian: name.sin_port)
    }

    deinit { close(descriptor) }

    /// The next message; empty if none comes within ten seconds.
    func next() -> String {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Invariant: one entry of this frame.
        guard unsafe poll(&entry, 1, 10_000) > 0 else { return "" }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // Invariant: as many bytes are written as the array has at the most, during the call.
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

@Suite(.timeLimit(.minutes(15))) struct SocketTests {
    @Test func messagesArriveOverUDPAndUnixDatagrams() throws {
        let receiver = try #require(DatagramReceiver())
        let udp = try Socket(.udp("127.0.0.1", receiver.port))
        #expect(!udp.isStream)
        #expect(try udp.send(bytes("one"), milliseconds: 1_000) == 3)
        #expect(receiver.next() == "one")
        let path = socketPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let local = try #require(DatagramReceiver(path: path))
        let unix = try Socket(.unixDatagram(path))
        #expect(try unix.send(bytes("two"), milliseconds: 1_000) == 3)
        #expect(local.next() == "two")
    }

    @Test func aStreamDeliversAllItsBytesInOrder() throws {
        let path = socketPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let peer = try LoopbackPeer(.unix(path))
        let text = (0..<50_000).map { "line \($0)\n" }.joined()
        do {
            let socket = try Socket(.unixStream(path))
            #expect(socket.isStream)
            var rest = bytes(text)
            while !rest.isEmpty { rest = rest.dropFirst(try socket.send(rest, milliseconds: 5_000)) }
        }
        #expect(peer.connections.wait(1).first == Array(text.utf8))
    }

    @Test func aReaderThatClosedIsToldBeforeBytesAreLost() throws {
        let path = socketPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let peer = try LoopbackPeer(.unix(path), isWhole: { !$0.isEmpty })
        let socket = try Socket(.unixStream(path))
        #expect(try socket.send(bytes("x"), milliseconds: 1_000) == 1)
        _ = peer.connections.wait(1)
        // The peer closes on a thread of its own after it has read; until then a byte may still be taken.
        var told: SocketError?
        for _ in 0..<12_000 where told == nil {
            do throws(SocketError) {
                _ = try socket.send(bytes("y"), milliseconds: 1_000)
                usleep(5_000)
            } catch {
                told = error
            }
        }
        #expect(told == .closed)
    }

    @Test func aReaderThatStallsCostsNoMoreThanTheTimeThatIsGiven() throws {
        let path = socketPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let descriptor = try ListeningSocket.open(.unix(path))
        defer { close(descriptor) }
        // Connected, and never accepted: no one reads.
        let socket = try Socket(.unixStream(path))
        let start = ContinuousClock.now
        let block = [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(throws: SocketError.stalled) {
            for _ in 0..<100 { _ = try socket.send(block[...], milliseconds: 100) }
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func errorsSayWhatIsWrong() throws {
        let long = "/tmp/" + String(repeating: "x", count: 200)
        for (address, words) in [
            (SocketAddress.unixStream(long), "too long"), (.unixStream("/nonexistent/x.sock"), "No such file"),
            (.tcp("127.0.0.1", 1), "refused"), (.tcp("no-such-host.invalid", 1), "not known"),
        ] {
            do throws(SocketError) {
                _ = try Socket(address, milliseconds: 1_000)
                Issue.record("\(address) can be connected to")
            } catch { #expect(error.reason.contains(words), "\(address): \(error.reason)") }
        }
        let receiver = try #require(DatagramReceiver())
        let udp = try Socket(.udp("127.0.0.1", receiver.port))
        #expect(throws: SocketError.tooLong) {
            try udp.send([UInt8](repeating: 0, count: 70_000)[...], milliseconds: 100)
        }
    }

    @Test func addressesAreWrittenAsPeopleWriteThem() {
        #expect("\(SocketAddress.udp("192.0.2.7", 514))" == "192.0.2.7:514")
        #expect("\(SocketAddress.tcp("2001:db8::1", 601))" == "[2001:db8::1]:601")
        #expect("\(SocketAddress.unixStream("/run/x.sock"))" == "/run/x.sock")
    }
}
