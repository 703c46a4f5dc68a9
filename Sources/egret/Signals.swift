import Capture
import Dispatch
import Foundation
import Monitor

/// The signals to a live run.
struct Signals {
    private let sources: [any DispatchSourceSignal]

    /// Requests `stop` on SIGINT and SIGTERM, a reload on SIGHUP and a `stats` event on SIGUSR1.
    init(_ stop: CaptureStop, _ requests: LiveRequests) {
        sources = [SIGINT, SIGTERM, SIGHUP, SIGUSR1].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                switch number {
                case SIGHUP: requests.requestReload()
                case SIGUSR1: requests.requestStats()
                default: stop.request()
                }
            }
            source.resume()
            return source
        }
    }

    /// Listens no more.
    func cancel() {
        for source in sources { source.cancel() }
    }

    /// A reader that goes away is an error of the write, not the end of the process.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
