import Bytes
import Events
import Testing

/// A report of `packets` packets, changed by `change`.
private func report(_ packets: UInt64, _ change: (inout CaptureReport) -> Void) -> StatsReport {
    var report = StatsReport(time: Timestamp(nanoseconds: 0), interval: 0)
    report.capture.packets = packets
    change(&report.capture)
    return report
}

@Test func coverageCountsWhatCouldBeJudged() {
    #expect(report(0) { _ in }.coverageRatio == nil)
    #expect(report(10) { _ in }.coverageRatio == 1)
    #expect(report(10) { $0.unsupportedLink = 10 }.coverageRatio == 0)
    #expect(report(10) { $0.unsupportedLink = 4 }.coverageRatio == 0.6)
    #expect(report(10) { $0.ignored[.tunnel] = 1 }.coverageRatio == 0.9)
    #expect(report(10) { $0.ignored[.tooDeep] = 1 }.coverageRatio == 0.9)
    #expect(report(10) { $0.ignored[.fragment] = 2 }.coverageRatio == 0.8)
    #expect(report(10) { $0.ignored[.noRoom] = 2 }.coverageRatio == 0.8)
    #expect(report(10) { $0.malformed[.ip] = 5 }.coverageRatio == 0.5)
    #expect(report(8) { $0.droppedByKernel = 2 }.coverageRatio == 0.8)
    #expect(
        report(6) {
            $0.droppedByKernel = 2
            $0.unsupportedLink = 2
            $0.damaged = 2
        }.coverageRatio == 0.4)
}

@Test func whatHoldsNoNameIsJudged() {
    // ARP and ICMP, and a malformed hello inside a packet that was read.
    let seen = report(10) {
        $0.ignored[.nonIP] = 3
        $0.ignored[.ipProtocol] = 3
        $0.ignored[.noPayload] = 1
        $0.malformed[.tls] = 1
        $0.duplicates = 2
    }
    #expect(seen.coverageRatio == 1 && seen.coverageWarnings.isEmpty)
}

@Test func aPersonIsToldWhatWasNotJudged() {
    let link = report(1_000) {
        $0.unsupportedLink = 4
        $0.unreadLink = 143
    }
    #expect(
        link.coverageWarnings == [
            "only 99.6 % of all packets could be judged: of 1000, 4 are of a link type that is not read (number 143); see docs/LIMITS.md"
        ])
    let both = report(3) {
        $0.unsupportedLink = 1
        $0.ignored[.tunnel] = 1
    }
    #expect(
        both.coverageWarnings == [
            "only 33.3 % of all packets could be judged: of 3, 1 are of a link type that is not read and 1 are in an encapsulation that is not read; see docs/LIMITS.md"
        ])
}
