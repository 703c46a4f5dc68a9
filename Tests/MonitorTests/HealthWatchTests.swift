import Bytes
import Events
import Foundation
import Testing

@testable import Monitor

/// What is wrong, and what makes it so in a report.
private let faults: [(HealthReason, @Sendable (inout StatsReport) -> Void)] = [
    (.ringFull, { $0.capture.droppedByKernel += 1 }),
    (.interfaceLoss, { $0.capture.droppedByInterface += 1 }),
    (.reloadFailed, { $0.rules.lastReloadOK = false }),
    (.interfaceDown, { $0.capture.interfacesDown = ["eth0"] }),
    (.tableFull, { $0.flows.evicted[.synFlood] += 1 }),
    (.tableFull, { $0.flows.evicted[.capacity] += 1 }),
    (.tableFull, { $0.capture.ignored[.noRoom] += 1 }),
    (.helloMemory, { $0.flows.released += 1 }),
    (.fragmentsLost, { $0.capture.fragmentsLost += 1 }),
    (.outputDropped, { $0.outputs = [OutputReport(name: "a", written: 0, dropped: 1, lag: 0)] }),
    (.outputFailed, { $0.outputFailure = "the disk is full" }),
    (.outputStuck, { $0.outputs = [OutputReport(name: "a", written: 0, dropped: 0, lag: 31_000_000_000)] }),
    (.catalogOld, { $0.attribution.catalogAge = 91 * 86_400_000_000_000 }),
    (.framesCut, { $0.capture.truncated += 1 }),
    (.ruleState, { $0.rules.stateOverflow += 1 }),
    (.unsupportedLink, { $0.capture.unsupportedLink += 1 }),
    (.unreadTunnel, { $0.capture.ignored[.tunnel] += 1 }),
    (.unreadTunnel, { $0.capture.ignored[.tooDeep] += 1 }),
    (.firstSeenUnsaved, { $0.note { $0.failure = "first-seen.state: the disk is full" } }),
    (.firstSeenFull, { $0.note { $0.evicted += 1 } }),
    (.captureLoss, { $0.capture.damaged += 1 }),
    (.filesUnread, { $0.capture.unreadFiles += 1 }),
]

extension StatsReport {
    /// Changes what is said of first sightings.
    fileprivate mutating func note(_ change: (inout FirstSeenReport) -> Void) {
        var report = firstSeen ?? FirstSeenReport()
        change(&report)
        firstSeen = report
    }
}

/// A day in nanoseconds.
private let day: Int64 = 86_400_000_000_000

@Suite struct HealthWatchTests {
    @Test(
        "A catalog is old from more than 30 days on (EG111)",
        arguments: [(29 * day, false), (30 * day, false), (30 * day + 1, true), (31 * day, true)])
    func theCatalogIsOldAfterThirtyDays(age: Int64, isOld: Bool) {
        var watch = HealthWatch()
        let notices = watch.update(report { $0.attribution.catalogAge = age }, at: second(0))
        #expect(notices.map(\.code) == (isOld ? ["EG111"] : []))
    }

    private func second(_ number: Int64) -> Timestamp { Timestamp(nanoseconds: number * 1_000_000_000) }

    /// A report as `change` makes it.
    private func report(_ number: Int64 = 0, _ change: (inout StatsReport) -> Void = { _ in }) -> StatsReport {
        var report = StatsReport(time: second(number), interval: 0)
        report.capture.packets = UInt64(number) * 10
        change(&report)
        return report
    }

    @Test("An episode of loss is two events, however long it lasts")
    func anEpisodeIsTwoEvents() throws {
        var watch = HealthWatch()
        var notices: [NoticeReport] = []
        var losing: [Int64] = []
        for number in 0..<100 as Range<Int64> {
            let now = report(number) { $0.capture.droppedByKernel = UInt64(min(number, 60)) * 1_000 }
            notices += watch.update(now, at: second(number))
            if watch.isLosing { losing.append(number) }
        }
        #expect(notices.map(\.kind) == ["ring_full_began", "ring_full_ended"])
        #expect(notices.map(\.time) == [second(1), second(70)])
        #expect(notices.map(\.code) == ["EG101", "EG101"])
        #expect(notices.map(\.total) == [1_000, 60_000])
        #expect(notices.map(\.duration) == [nil, 59_000_000_000])
        #expect(losing == Array(1..<70))
        let end = try #require(notices.last)
        #expect(end.detail == "over after 59 s: 60000 frames, 700 packets seen meanwhile")
        #expect(watch.reasons.isEmpty)
        #expect(watch.counts == [.ringFull: 1])
    }

    @Test("A loss says its code, its place, its effect and where to read on")
    func aLossSaysWhatItMeans() throws {
        var watch = HealthWatch()
        let notices = watch.update(
            report {
                $0.capture.droppedByKernel = 12
                $0.capture.droppedByInterface = 3
            }, at: second(0))
        #expect(notices.map(\.kind) == ["ring_full_began", "interface_loss_began"])
        #expect(notices.map(\.code) == ["EG101", "EG102"])
        #expect(notices[0].detail.contains("12 frames so far"))
        #expect(notices[1].detail.contains("3 frames so far"))
        for notice in notices {
            #expect(notice.detail.contains("flows may stay unnamed"))
            #expect(notice.detail.contains("docs/HEALTH.md"))
        }
        #expect(watch.reasons == [.ringFull, .interfaceLoss])
    }

    @Test("Each loss is a reason of its own, begins once and ends once")
    func eachFaultIsItsOwnReason() {
        for (reason, fault) in faults { check(reason, fault) }
        #expect(Set(faults.map(\.0)) == Set(HealthReason.allCases).subtracting([.oneSided]))
    }

    private func check(_ reason: HealthReason, _ fault: (inout StatsReport) -> Void) {
        var watch = HealthWatch()
        var notices = watch.update(report(1), at: second(1))
        #expect(notices.isEmpty)
        for number in 2..<6 as Range<Int64> { notices += watch.update(report(number, fault), at: second(number)) }
        #expect(watch.reasons == [reason])
        // What is counted stays if it was; a state is over.
        for number in 6..<40 as Range<Int64> {
            let now = reason.unit == nil ? report(number) : report(number, fault)
            notices += watch.update(now, at: second(number))
        }
        #expect(watch.reasons.isEmpty)
        // A reload that fails reports that itself, each time; the end of the episode is an event as any.
        let began = reason == .reloadFailed ? [] : ["\(reason.rawValue)_began"]
        let kinds = began + ["\(reason.rawValue)_ended"]
        #expect(notices.map(\.kind) == kinds)
    }

    @Test("Flows of one direction are told when they are most of those that ended")
    func mostFlowsOneSidedIsTold() {
        var watch = HealthWatch()
        var notices: [NoticeReport] = []
        for number in 0..<300 as Range<Int64> {
            let flows = UInt64(number) * 10
            let now = report(number) {
                $0.flows.new = flows
                $0.flows.oneSided = number < 150 ? flows * 6 / 10 : 900
            }
            notices += watch.update(now, at: second(number))
        }
        #expect(notices.map(\.kind) == ["one_sided_began", "one_sided_ended"])
        #expect(notices.first?.time == second(60))
    }

    @Test func aRunThatEndsInAnEpisodeSaysItsTotals() {
        var watch = HealthWatch()
        let lossy = report { $0.capture.droppedByKernel = 5 }
        let first = watch.update(lossy, at: second(0))
        #expect(first.map(\.kind) == ["ring_full_began"])
        let last = watch.finish(lossy, at: second(2))
        #expect(last.map(\.kind) == ["ring_full_ended"])
        #expect(last.first?.total == 5)
        let again = watch.finish(lossy, at: second(3))
        #expect(again.isEmpty)
    }

    @Test func codesAreUniqueAndDocumented() throws {
        let codes = HealthReason.allCases.map(\.code)
        #expect(Set(codes).count == codes.count)
        let page = try String(contentsOfFile: "\(Project.root)/docs/HEALTH.md", encoding: .utf8)
        for reason in HealthReason.allCases {
            #expect(page.contains("| \(reason.code) | `\(reason.rawValue)` |"), "\(reason.rawValue)")
        }
    }
}
