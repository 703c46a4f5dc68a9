import Bytes
import Events
import Status
import Synchronization
import Testing

@testable import Monitor

/// Makes a status board, and is the clock that the board reads.
private final class BoardClock: Sendable {
    private let elapsed = Mutex(Duration.zero)
    let start = ContinuousClock.now

    func wait(_ time: Duration) { elapsed.withLock { $0 += time } }

    func board() -> StatusBoard {
        StatusBoard(version: "1.2.3") { self.start + self.elapsed.withLock { $0 } }
    }
}

private func second(down: [String] = []) -> SensorLifecycleEvent {
    var report = StatsReport(time: Timestamp(nanoseconds: 1_500_000_000), interval: 0)
    report.capture.packets = 42
    report.capture.interfacesDown = down
    return .second(report, nextEvent: 1, episodes: [:])
}

@Test func aRunIsReadyFromItsStartToItsStop() {
    let board = BoardClock().board()
    #expect(board.answer(at: "/readyz").outcome == .unavailable && board.answer(at: "/healthz").outcome == .ok)
    #expect(board.answer(at: "/metrics").outcome == .unavailable)
    board.take(.ready)
    #expect(board.answer(at: "/readyz") == StatusAnswer(.ok, "ok\n"))
    board.take(second(down: ["eth0"]))
    #expect(board.answer(at: "/readyz") == StatusAnswer(.unavailable, "the interface eth0 is down or gone\n"))
    #expect(board.answer(at: "/healthz").outcome == .ok)
    board.take(second())
    board.take(.reloading)
    #expect(board.answer(at: "/readyz").outcome == .ok)
    board.take(.stopping)
    #expect(board.answer(at: "/readyz") == StatusAnswer(.unavailable, "stopping\n"))
    #expect(board.answer(at: "/healthz").outcome == .ok && board.answer(at: "/other").outcome == .unknown)
}

@Test func aRunThatStandsStillIsNoLongerHealthy() {
    let clock = BoardClock()
    let board = clock.board()
    board.take(.ready)
    board.take(second())
    clock.wait(.seconds(9))
    #expect(board.answer(at: "/healthz").outcome == .ok)
    clock.wait(.seconds(3))
    let answer = StatusAnswer(.unavailable, "the capture has stopped for 12 s\n")
    #expect(board.answer(at: "/healthz") == answer && board.answer(at: "/readyz") == answer)
    #expect(board.answer(at: "/metrics").outcome == .ok)
    board.take(second())
    #expect(board.answer(at: "/healthz").outcome == .ok)
    // One that ends may take its time.
    board.take(.stopping)
    clock.wait(.seconds(60))
    #expect(board.answer(at: "/healthz").outcome == .ok)
}

@Test func metricsAreThoseOfTheLatestSecond() {
    let board = BoardClock().board()
    board.take(second())
    let answer = board.answer(at: "/metrics")
    #expect(answer.mediaType.hasPrefix("text/plain; version=0.0.4"))
    for line in [
        #"egret_build_info{version="1.2.3"} 1"#, #"egret_capture_packets_total{source=""} 42"#,
        "egret_report_timestamp_seconds 1.5", #"egret_http_connections_total{result="answered"} 0"#,
    ] {
        #expect(answer.text.contains("\n\(line)\n"), "\(line)")
    }
}
