import Bytes
import Foundation
import Protocols
import TestSupport
import Testing
import Wire

@testable import Flows

/// What the tracker says that it holds, against what the process holds.
@Suite struct FlowMemoryTests {
    /// The bytes that the allocator has given out, in all of its arenas and as mappings of their own.
    private static func allocated() -> Int {
        typealias Info = @convention(c) (CInt, UnsafeMutablePointer<FILE>) -> CInt
        guard let symbol = unsafe dlsym(nil, "malloc_info"), let file = unsafe tmpfile() else { return 0 }
        _ = unsafe unsafeBitCast(symbol, to: Info.self)(0, file)
        unsafe rewind(file)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        _ = unsafe fclose(file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        // The totals are after the last arena: what is free in small pieces and in others, mappings, and what the system gave.
        let totals = text.components(separatedBy: "</heap>").last ?? ""
        func size(_ start: String) -> Int {
            let line = totals.split(separator: "\n").first { $0.contains(start) } ?? ""
            return line.components(separatedBy: "size=\"").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        }
        return size("<system type=\"current\"") + size("<total type=\"mmap\"") - size("<total type=\"fast\"")
            - size("<total type=\"rest\"")
    }

    /// Sends `count` flows of one hello each, which the server answers. Gives what the tracker counts and what the allocator gave out
    /// meanwhile. Arrays of 4 MiB and more are mappings of their own (`tables.c`), of the size that is counted.
    static func measure(_ count: Int, _ bytes: (Int) -> [UInt8]) -> (counted: Int, allocated: Int) {
        var policy = FlowPolicy()
        policy.memory = 1 << 30
        var replay = Replay(policy)
        replay.observer.moments = [.ended]
        let before = (replay.tracker.memory, allocated())
        for index in 0..<count {
            let packet = bytes(index)
            let client = IPAddress(ipv4: 0x0B00_0000 &+ UInt32(index))
            var sequence: UInt32 = 1
            for start in stride(from: 0, to: packet.count, by: 1_400) {
                let piece = Array(packet[start..<min(packet.count, start + 1_400)])
                let tcp = PacketBuilder(piece).tcp(from: 40_000, to: 443, sequence: sequence, flags: 0x18)
                replay.receive(tcp.ipv4(from: client, to: PacketBuilder.server).ethernet().bytes)
                sequence &+= UInt32(piece.count)
            }
            let tcp = PacketBuilder([0x17, 3, 3, 0, 1, 0]).tcp(
                from: 443, to: 40_000, sequence: 1, acknowledgment: sequence, flags: 0x18)
            replay.receive(tcp.ipv4(from: PacketBuilder.server, to: client).ethernet().bytes)
        }
        let tables = [
            replay.tracker.table.flows.capacity * MemoryLayout<Flow>.stride,
            replay.tracker.table.asides.capacity * MemoryLayout<FlowColdState>.stride,
        ]
        let after = allocated() + tables.filter { $0 >= 4 << 20 }.reduce(0, +)
        return (replay.tracker.memory - before.0, after - before.1)
    }

    /// Ends the process, with 0 if the two figures differ by no more than a tenth, otherwise with what was counted in hundredths of
    /// what was allocated.
    static func judge(_ measured: (counted: Int, allocated: Int)) -> Never {
        let isClose = abs(measured.counted - measured.allocated) <= measured.allocated / 10
        exit(isClose ? 0 : CInt(min(max(measured.counted * 100 / max(1, measured.allocated), 1), 250)))
    }

    @Test func ordinaryHellosAreCountedAsTheyAreHeld() async {
        await #expect(processExitsWith: .success) {
            FlowMemoryTests.judge(FlowMemoryTests.measure(30_000) { hello("client-number-\($0).api.example.com") })
        }
    }

    @Test func hellosOfManyShapesAreCountedAsTheyAreHeld() async {
        await #expect(processExitsWith: .success) {
            let measured = FlowMemoryTests.measure(20_000) { index in
                var builder = ClientHelloBuilder(serverName: "client-number-\(index).api.example.com")
                builder.cipherSuites = (0..<40).map { 0x1300 + (index * 7 + $0 * 13) % 4_000 }
                return builder.record
            }
            FlowMemoryTests.judge(measured)
        }
    }

    @Test("32,000 names of ALPN in a hello cost a flow a few hundred bytes")
    func manyNamesOfALPN() async {
        await #expect(processExitsWith: .success) {
            var builder = ClientHelloBuilder(serverName: "claude.ai", alpn: [])
            builder.extensions?.append(.alpn([[UInt8]](repeating: [0x61], count: 31_000)))
            let stream = ClientHelloBuilder.records(builder.handshake, sizes: [16_000, 16_000, 16_000])
            let count = 1_000
            let measured = FlowMemoryTests.measure(count) { _ in stream }
            exit(measured.counted < count * 4_096 && measured.allocated < count * 4_096 ? 0 : 1)
        }
    }

    @Test func unfinishedHellosAreCountedAsTheyAreHeld() async {
        await #expect(processExitsWith: .success) {
            let measured = FlowMemoryTests.measure(10_000) { index in
                Array(hello("client-number-\(index).api.example.com", size: 1_800)[..<1_400])
            }
            FlowMemoryTests.judge(measured)
        }
    }

    @Test func theMemoryKeepsItsLimitWhateverFlowsHold() {
        var policy = FlowPolicy()
        policy.memory = 4 << 20
        var replay = Replay(policy)
        replay.observer.moments = []
        var most = 0
        for index in 0..<6_000 {
            replay.port = 1_024 + index
            replay.handshake()
            var builder = ClientHelloBuilder(
                serverName: "host-\(index)." + String(repeating: "a.", count: 100) + "example",
                alpn: (0..<16).map { "protocol-\(index)-\($0)-" + String(repeating: "x", count: 40) })
            builder.cipherSuites = (0..<20).map { 0x1300 + (index + $0 * 13) % 4_000 }
            replay.up(builder.record, 1001)
            most = max(most, replay.tracker.memory)
        }
        #expect(most <= policy.memory + 16_384)
        #expect(replay.tracker.counters.evicted > 0)
        #expect(replay.tracker.active >= 500)
    }
}
