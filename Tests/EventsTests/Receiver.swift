import Delivery
import Foundation
import Glibc
import Synchronization

/// The far end of a socket in a test: takes messages or connections on a thread of its own, until it is let go.
final class Receiver: Sendable {
    struct Contents: Sendable {
        /// Each message, or all that came over each connection.
        var pieces: [[UInt8]] = []
        var open = 0
        var connections: Set<Int32> = []
    }

    let address: SocketAddress
    private let descriptor: Int32
    private let contents = Mutex(Contents())
    private let isOver = Atomic(false)
    private let answers: Mutex<[String]>
    private let speaksHTTP: Bool

    /// A Unix socket at `path`.
    init(path: String, isStream: Bool, reads: Bool = true) {
        answers = Mutex([])
        speaksHTTP = false
        address = isStream ? .unixStream(path) : .unixDatagram(path)
        let type = isStream ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
        self.descriptor = descriptor
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        // Invariant: the path is shorter than the field, and the field ends with zeros.
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(100)) }
        let result = unsafe withUnsafePointer(to: name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 { start(isStream: isStream, reads: reads) }
    }

    /// A port of its own on the loopback address. With `answers` it speaks HTTP: each is the first line of a response, given
    /// when a request has come whole, and the last again and again.
    init(isStream: Bool, answers: [String] = []) {
        self.answers = Mutex(answers)
        speaksHTTP = !answers.isEmpty
        let type = isStream ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        self.descriptor = descriptor
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Invariant: every sockaddr_in may be read and written as a sockaddr, with the length of the former.
        unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(descriptor, $0, length)
                _ = unsafe getsockname(descriptor, $0, &length)
            }
        }
        let port = UInt16(bigEndian: name.sin_port)
        address = isStream ? .tcp("127.0.0.1", port) : .udp("127.0.0.1", port)
        start(isStream: isStream, reads: true)
    }

    /// What has come so far.
    var pieces: [[UInt8]] { contents.withLock { $0.pieces } }
    var bytes: [UInt8] { pieces.flatMap(\.self) }

    /// Waits until `condition` holds, or half a minute.
    func wait(until condition: (Receiver) -> Bool) -> Bool {
        for _ in 0..<3000 {
            if condition(self) { return true }
            usleep(10_000)
        }
        return condition(self)
    }

    /// Whether no connection is open.
    var isIdle: Bool { contents.withLock { $0.open == 0 && !$0.pieces.isEmpty } }

    /// Takes no more. The descriptor stays open until no thread uses it: another test may get its number right away.
    func stop() {
        isOver.store(true, ordering: .relaxed)
        contents.withLock { contents in
            for connection in contents.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
        if case .unixDatagram(let path) = address { _ = unsafe unlink(path) }
        if case .unixStream(let path) = address { _ = unsafe unlink(path) }
    }

    deinit { close(descriptor) }

    private func start(isStream: Bool, reads: Bool) {
        if isStream { listen(descriptor, 16) }
        guard reads else { return }
        Thread { [self] in isStream ? accept() : take(descriptor, piece: nil) }.start()
    }

    private func accept() {
        while !isOver.load(ordering: .relaxed) {
            let connection = Glibc.accept(descriptor, nil, nil)
            guard connection >= 0 else { return }
            let piece = contents.withLock { contents in
                contents.pieces.append([])
                contents.open += 1
                contents.connections.insert(connection)
                return contents.pieces.count - 1
            }
            Thread { [self] in
                take(connection, piece: piece)
                contents.withLock { contents in
                    contents.connections.remove(connection)
                    contents.open -= 1
                }
                close(connection)
            }.start()
        }
    }

    /// Answers a request that has come whole, and forgets it where another is to follow.
    private func answer(_ connection: Int32, _ piece: Int) {
        let text = String(decoding: pieces[piece], as: UTF8.self)
        guard let head = text.firstRange(of: "\r\n\r\n"), let name = text.firstRange(of: "Content-Length: "),
            let length = Int(text[name.upperBound...].prefix { $0.isNumber }),
            text[head.upperBound...].utf8.count >= length
        else { return }
        let line = answers.withLock { answers -> String? in
            guard answers.count > 1 else { return answers.first }
            contents.withLock { $0.pieces[piece] = [] }
            return answers.removeFirst()
        }
        guard let line else { return }
        let response = Array("\(line)\r\nContent-Length: 0\r\n\r\n".utf8)
        // Invariant: the buffer and its length.
        _ = unsafe response.withUnsafeBytes {
            unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    private func take(_ descriptor: Int32, piece: Int?) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isOver.load(ordering: .relaxed) {
            // Invariant: the buffer and its length.
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return }
            let bytes = Array(buffer.prefix(count))
            contents.withLock { contents in
                if let piece { contents.pieces[piece] += bytes } else { contents.pieces.append(bytes) }
            }
            if let piece, speaksHTTP { answer(descriptor, piece) }
        }
    }
}
