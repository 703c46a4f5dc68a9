import Capture
import Foundation
import Host
import Synchronization

/// SIGINT, SIGTERM or SIGHUP to a run over files: the first ends it in an orderly way, the second at once.
final class Interruption: Sendable {
    /// That of the present run; `nil` in runs that answer no signals.
    @TaskLocal static var current: Interruption?

    /// Requested by the first signal.
    let stop = CaptureStop()
    private let number = Mutex<Int32>(0)

    /// Runs `body`, with the signals answered that the program has held since its start. After a signal the process ends by it
    /// once `body` has ended, so that its parent sees why.
    static func answered(_ body: () throws -> Void) throws {
        let interruption = Interruption()
        let thread = Thread { interruption.wait() }
        thread.name = "egret-signals"
        thread.start()
        do {
            try $current.withValue(interruption) {
                try CaptureStop.$current.withValue(interruption.stop) { try body() }
            }
        } catch {
            interruption.end()
            throw error
        }
        interruption.end()
    }

    private func wait() {
        while true {
            let next = HeldSignals.next()
            let isFirst = number.withLock { number in
                let isFirst = number == 0
                number = next
                return isFirst
            }
            guard isFirst else { return endBySignal(next) }
            stop.request()
        }
    }

    /// Ends the process by the signal that came, if one did.
    private func end() {
        let number = number.withLock { $0 }
        guard number != 0 else { return }
        _ = StandardDescriptors.flushOutput()
        endBySignal(number)
    }

    private func endBySignal(_ number: Int32) {
        signal(number, SIG_DFL)
        HeldSignals.release()
        kill(getpid(), number)
    }
}
