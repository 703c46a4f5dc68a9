import Bytes
import TestSupport
import Testing

@testable import Capture

private var twoPorts: [UInt8] {
    var writer = CaptureWriter()
    writer.section()
    writer.interface(1)
    writer.interface(101)
    for (second, port) in [(1, 53), (2, 443), (3, 53)] as [(UInt64, UInt16)] {
        writer.packet(0, ticks: second * 1_000_000, datagram(to: port))
        writer.packet(1, ticks: second * 1_000_000, Array(datagram(to: port).dropFirst(14)))
    }
    return writer.bytes
}

@Test func aFilterIsCompiledForEachLinkType() throws {
    let reading = try readBytes(twoPorts, filter: "udp port 443")
    #expect(reading.frames.map(\.linkType) == [1, 101])
    #expect(reading.times == [2_000_000_000, 2_000_000_000])
    #expect(reading.statistics.packets == 2)
    #expect(reading.statistics.filtered == 4)
}

@Test func aFilterThatHoldsBackEverythingStillReachesTheEnd() throws {
    let reading = try readBytes(twoPorts, filter: "tcp", limit: 1)
    #expect(reading.frames.isEmpty)
    #expect(reading.statistics.filtered == 6)
}

@Test func aFilterThatMeansNothingOnALinkTypeHoldsItBackAndSaysSo() throws {
    let reading = try readBytes(twoPorts, filter: "ether src 02:02:02:02:02:02")
    #expect(reading.frames.map(\.linkType) == [1, 1, 1])
    #expect(reading.statistics.filtered == 3)
    #expect(reading.warnings.first?.contains("link type 101") == true)
}

@Test func aBadFilterIsAnErrorWithTheReason() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("a.pcap", pcap(seconds: [1]))
    do throws(CaptureError) {
        _ = try FileCapture(path: path, filter: "port http or or")
        Issue.record("a filter that is no filter was taken")
    } catch {
        #expect(error.kind == .badFilter)
        #expect(error.description.hasPrefix("filter 'port http or or': "))
        #expect(error.description.count > "filter 'port http or or': ".count)
    }
}
