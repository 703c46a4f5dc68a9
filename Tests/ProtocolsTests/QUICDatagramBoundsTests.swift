import Bytes
import TestSupport
import Testing

@testable import Protocols

/// Datagrams that coalesce many packets: none of them costs a derivation of keys for each.
@Suite struct QUICDatagramBoundsTests {
    private static func id(_ number: Int) -> [UInt8] { [9, 9, 9, 9, 9, 9, UInt8(number >> 8), UInt8(number & 0xFF)] }

    /// A short Initial packet whose tag is wrong.
    private static func broken(_ destination: [UInt8], _ version: QUICVersion = .version1) throws -> [UInt8] {
        var packet = try QUICSealer(version, destination: destination).initial(to: destination, frames: [1, 1])
        packet[packet.count - 1] ^= 1
        return packet
    }

    private static func counters(_ datagram: [UInt8]) -> QUICCounters {
        var (connection, decryptor) = (QUICConnection(), QUICDecryptor())
        _ = connection.receive(datagram.rawSpan, fromInitiator: true, with: &decryptor)
        return decryptor.counters
    }

    @Test func packetsWithAnotherConnectionIDThanTheFirstAreSkipped() throws {
        let counters = Self.counters(try (0..<30).flatMap { try Self.broken(Self.id($0)) })
        #expect(counters.tagFailed == 1 && counters.skipped == 29 && counters.exhausted == 0)
    }

    @Test func triesInVainAreBoundedAndCounted() throws {
        let counters = Self.counters(try (0..<30).flatMap { _ in try Self.broken(Self.id(1)) })
        #expect(counters.tagFailed == UInt64(QUICConnection.failuresPerDatagram) && counters.exhausted == 1)
    }

    @Test func versionsThatTakeTurnsAreDerivedTwice() throws {
        var (connection, decryptor) = (QUICConnection(), QUICDecryptor())
        let datagram = try (0..<12).flatMap {
            try Self.broken(Self.id(1), $0.isMultiple(of: 2) ? .version1 : .version2)
        }
        _ = connection.receive(datagram.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(connection.derivations == QUICConnection.derivationsPerDatagram)
        #expect(decryptor.counters.tagFailed == 12)
    }

    @Test func aTrueInitialBehindBrokenOnesOfItsIDIsRead() throws {
        let destination = Self.id(7)
        let frames = QUICSealer.crypto(QUICVectors.clientHello, at: 0)
        let whole = try QUICSealer(destination: destination).initial(to: destination, frames: frames)
        let datagram = try (0..<4).flatMap { _ in try Self.broken(destination) } + whole
        var (connection, decryptor) = (QUICConnection(), QUICDecryptor())
        let outcome = connection.receive(datagram.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(outcome.contains(.clientBytes))
        #expect(connection.clientHandshake.contiguous == QUICVectors.clientHello)
    }
}
