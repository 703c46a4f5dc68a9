import Delivery
import Foundation
import Glibc

/// A far end on this machine: takes one connection after another at a listening socket, on a thread of its own.
final class LoopbackPeer: Sendable {
    /// What came, a connection at a time.
    let connections: Received
    private let listener: Listener

    /// A listening socket. It is closed when neither the peer nor its thread uses it any more: the system gives the number
    /// of a closed descriptor to the next socket, and a thread that still waits at it would take that socket's connections.
    private final class Listener: Sendable {
        let descriptor: Int32

        init(_ address: ListenAddress) throws { descriptor = try ListeningSocket.open(address) }

        deinit { close(descriptor) }
    }

    /// What was received, shared between two threads.
    final class Received: @unchecked Sendable {
        private let lock = NSCondition()
        private var all: [[UInt8]] = []

        func append(_ bytes: [UInt8]) {
            lock.lock()
            all.append(bytes)
            lock.broadcast()
            lock.unlock()
        }

        /// The first `count` connections; fewer if they do not come within a minute.
        func wait(_ count: Int) -> [[UInt8]] {
            let end = Date(timeIntervalSinceNow: 60)
            lock.lock()
            defer { lock.unlock() }
            while all.count < count, lock.wait(until: end) {}
            return Array(all.prefix(count))
        }
    }

    /// Listens at `address`. `answer` says what is sent back to what came, as soon as `isWhole` holds or the other side has ended.
    init(
        _ address: ListenAddress, isWhole: @escaping @Sendable ([UInt8]) -> Bool = { _ in false },
        answer: @escaping @Sendable ([UInt8]) -> String = { _ in "" }
    ) throws {
        let listener = try Listener(address)
        let connections = Received()
        (self.listener, self.connections) = (listener, connections)
        Thread.detachNewThread {
            var waiting = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
            // Invariant: one entry of this frame. The loop ends when the socket is shut down.
            while unsafe poll(&waiting, 1, 20_000) > 0, waiting.revents & Int16(POLLIN) != 0 {
                let peer = accept(listener.descriptor, nil, nil)
                guard peer >= 0 || errno == EINTR || errno == ECONNABORTED else { break }
                guard peer >= 0 else { continue }
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while !isWhole(bytes) {
                    // Invariant: as many bytes are written as the array has at the most, during the call.
                    let count = unsafe recv(peer, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    bytes += buffer[..<count]
                }
                let text = Array(answer(bytes).utf8)
                // Invariant: as many bytes are read as the array has, during the call.
                _ = unsafe Glibc.send(peer, text, text.count, Int32(MSG_NOSIGNAL))
                close(peer)
                connections.append(bytes)
            }
        }
    }

    deinit {
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
    }
}

/// A path for a socket that no other test uses.
func socketPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString.prefix(12)).sock").path
}
