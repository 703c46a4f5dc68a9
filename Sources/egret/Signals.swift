import Capture
import Dispatch
import Foundation
import Monitor

/// The signals to a live run.
struct Signals {
    private let sources: [any DispatchSourceSignal]

    /// Requests `stop` on SIGINT and SIGTERM, and `reload` on SIGHUP.
    init(_ stop: CaptureStop, _ reload: ReloadRequest) {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { number == SIGHUP ? reload.request() : stop.request() }
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
