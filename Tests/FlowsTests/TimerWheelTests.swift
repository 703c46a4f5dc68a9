import Bytes
import Flows
import TestSupport
import Testing

private let second: Int64 = 1_000_000_000

@Test func slotsComeUpWithinASecondAfterTheirTime() {
    var wheel = TimerWheel(spokes: 16)
    var due: [Int] = []
    wheel.turn(to: Timestamp(nanoseconds: 0), due: &due)
    wheel.schedule(3, at: Timestamp(nanoseconds: 2 * second + 5))
    wheel.schedule(4, at: Timestamp(nanoseconds: 2 * second))
    wheel.schedule(5, at: Timestamp(nanoseconds: 4 * second))
    wheel.turn(to: Timestamp(nanoseconds: 2 * second + 999_999_999), due: &due)
    #expect(due.isEmpty)
    wheel.turn(to: Timestamp(nanoseconds: 3 * second), due: &due)
    #expect(due == [3, 4])
    wheel.turn(to: Timestamp(nanoseconds: 100 * second), due: &due)
    #expect(due == [3, 4, 5])
    wheel.turn(to: Timestamp(nanoseconds: 300 * second), due: &due)
    #expect(due == [3, 4, 5])
}

@Test func aTimeThatIsPastComesUpAtTheNextSecond() {
    var wheel = TimerWheel(spokes: 16)
    var due: [Int] = []
    wheel.turn(to: Timestamp(nanoseconds: 50 * second), due: &due)
    wheel.schedule(1, at: Timestamp(nanoseconds: 3 * second))
    wheel.schedule(2, at: .distantPast)
    wheel.turn(to: Timestamp(nanoseconds: 51 * second), due: &due)
    #expect(due == [1, 2])
}

@Test func randomSchedulesAgreeWithAPlainModel() {
    var random = Xorshift(seed: 21)
    for spokes in [2, 7, 64, 1024] {
        var wheel = TimerWheel(spokes: spokes)
        var model: [Int: Int64] = [:]
        var due: [Int] = []
        var now: Int64 = -40
        wheel.turn(to: Timestamp(nanoseconds: now * second), due: &due)
        for _ in 0..<20_000 {
            let slot = random.below(3000)
            switch random.below(8) {
            case 0:
                wheel.cancel(slot)
                model[slot] = nil
            case 1:
                now += Int64(random.below(random.below(20) == 0 ? 3 * spokes : 3))
                wheel.turn(to: Timestamp(nanoseconds: now * second), due: &due)
                // Due by its second, or early because the wheel is not round enough.
                let expected = Set(model.filter { $0.value <= now }.keys)
                #expect(Set(due) == expected && due.count == expected.count)
                for slot in due { model[slot] = nil }
                due.removeAll()
            default:
                let time = now + Int64(random.below(2 * spokes)) - 2
                wheel.schedule(slot, at: Timestamp(nanoseconds: time * second + Int64(random.below(1000))))
                model[slot] = now + min(max(time + 1 - now, 1), Int64(spokes - 1))
            }
        }
    }
}

@Test func aWheelTakesTimesAtTheEndsOfTheRange() {
    var wheel = TimerWheel(spokes: 8)
    var due: [Int] = []
    wheel.schedule(0, at: Timestamp(nanoseconds: .max))
    wheel.schedule(1, at: .distantPast)
    wheel.turn(to: .distantPast, due: &due)
    wheel.turn(to: Timestamp(nanoseconds: .max), due: &due)
    wheel.schedule(2, at: .distantPast)
    wheel.schedule(3, at: Timestamp(nanoseconds: .max))
    wheel.turn(to: Timestamp(nanoseconds: .max), due: &due)
    wheel.cancel(99_999)
    #expect(due.count <= 4)
}
