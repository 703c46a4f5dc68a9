import Capture
import Dispatch
import Foundation

/// The signals that end a live run.
struct Signals {
    private let sources: [any DispatchSourceSignal]

    /// Requests `stop` on SIGINT and SIGTERM.
    init(_ stop: CaptureStop) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { stop.request() }
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
