import Bytes
import Capture
import Events
import Testing

@testable import Monitor

@Suite struct LossEpisodeTests {
    private func totals(kernel: UInt64 = 0, interface: UInt64 = 0, packets: UInt64 = 0) -> CaptureStatistics {
        var totals = CaptureStatistics()
        totals.droppedByKernel = kernel
        totals.droppedByInterface = interface
        totals.packets = packets
        return totals
    }

    private func second(_ number: Int64) -> Timestamp { Timestamp(nanoseconds: number * 1_000_000_000) }

    @Test("Complaint 13: an episode of loss is two events, however long it lasts")
    func anEpisodeIsTwoEvents() throws {
        var episode = LossEpisode()
        var notices: [NoticeReport] = []
        for number in 0..<100 as Range<Int64> {
            let lost = UInt64(min(number, 60)) * 1_000
            if let notice = episode.update(totals(kernel: lost, packets: UInt64(number) * 10), at: second(number)) {
                notices.append(notice)
            }
        }
        #expect(notices.map(\.kind) == ["capture_loss_began", "capture_loss_ended"])
        #expect(notices.map(\.time) == [second(1), second(70)])
        let end = try #require(notices.last)
        #expect(end.detail.contains("60000 frames lost in the kernel"))
        #expect(end.detail.contains("after 59 s"))
        #expect(!episode.isOpen)
    }

    @Test("Complaint 15: a loss says its code, its place, its effect and where to read on")
    func aLossSaysWhatItMeans() throws {
        var episode = LossEpisode()
        let first = episode.update(totals(kernel: 12), at: second(0))
        let kernel = try #require(first)
        #expect(kernel.detail.hasPrefix("EG101 frames lost (kernel ring full: 12 so far)"))
        #expect(kernel.detail.contains("flows may stay unnamed"))
        #expect(kernel.detail.contains("docs/HEALTH.md"))
        var other = LossEpisode()
        let second = other.update(totals(interface: 3), at: self.second(0))
        let interface = try #require(second)
        #expect(interface.detail.hasPrefix("EG102 frames lost (interface or driver: 3 so far)"))
    }

    @Test func aRunThatEndsInAnEpisodeSaysItsTotals() throws {
        var episode = LossEpisode()
        let first = episode.update(totals(kernel: 5), at: second(0))
        #expect(first != nil)
        let last = episode.finish(totals(kernel: 5), at: second(2))
        let end = try #require(last)
        #expect(end.kind == "capture_loss_ended")
        let again = episode.finish(totals(kernel: 5), at: second(3))
        #expect(again == nil)
    }

    @Test func nothingLostIsNoEpisode() {
        var episode = LossEpisode()
        for number in 0..<50 as Range<Int64> {
            let notice = episode.update(totals(packets: UInt64(number)), at: second(number))
            #expect(notice == nil)
        }
        let end = episode.finish(totals(), at: second(60))
        #expect(end == nil)
    }
}
