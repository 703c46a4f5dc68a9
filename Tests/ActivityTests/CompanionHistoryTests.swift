import Bytes
import Testing

@testable import Activity

private func source(_ number: Int) -> IPAddress { IPAddress(ipv4: UInt32(number)) }

private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds, nanoseconds: 0) }

/// The one of `products` that runs at source 1 at `seconds`.
private func running(
    _ history: CompanionHistory, _ products: [String] = ["agent"], at seconds: Int64, library: String? = "a",
    source number: Int = 1, vendor: String = "acme"
) -> String? {
    history.product(among: products, of: vendor, at: source(number), library: library, time: time(seconds))
}

@Suite struct CompanionHistoryTests {
    @Test func aProgramRunsAtItsSourceForAQuarterOfAnHour() {
        var history = CompanionHistory()
        history.note("agent", of: "acme", at: source(1), library: "a", time: time(10_000))
        #expect(running(history, at: 10_000) == "agent")
        #expect(running(history, at: 10_899) == "agent" && running(history, at: 9_101) == "agent")
        #expect(running(history, at: 10_900) == nil && running(history, at: 9_100) == nil)
        #expect(running(history, at: 10_000, source: 2) == nil)
        #expect(running(history, at: 10_000, vendor: "other") == nil)
        #expect(running(history, ["another"], at: 10_000) == nil)
    }

    @Test func anotherLibraryIsAnotherProgram() {
        var history = CompanionHistory()
        history.note("agent", of: "acme", at: source(1), library: "a", time: time(10_000))
        #expect(running(history, at: 10_000, library: "b") == nil)
        #expect(running(history, at: 10_000, library: nil) == "agent")
    }

    @Test func twoProgramsAtOneSourceAreNotToldApart() {
        var history = CompanionHistory()
        for product in ["agent", "editor"] {
            history.note(product, of: "acme", at: source(1), library: "a", time: time(10_000))
        }
        #expect(running(history, ["agent", "editor"], at: 10_000) == nil)
        #expect(running(history, ["editor"], at: 10_000) == "editor")
    }

    @Test func whatIsHeldIsBoundAndCounted() {
        var history = CompanionHistory(capacity: 2)
        for number in 1...3 { history.note("agent", of: "acme", at: source(number), library: nil, time: time(1_000)) }
        #expect(history.count == 2 && history.overflow == 1)
        history.note("agent", of: "acme", at: source(4), library: nil, time: time(3_000))
        #expect(history.count == 1 && running(history, at: 3_000, source: 4) == "agent")
    }
}
