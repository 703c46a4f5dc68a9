import Bytes
import Events

/// Numbers events, makes their lines and hands them to the thread that writes them.
struct EventOutput: ~Copyable {
    private var encoder: EventEncoder
    private var start: StartReport
    private let destination: Configuration.Output
    private let evidenceKeyFile: String?
    private var writer: OutputWriter?
    /// Why nothing can be written, where the output could not be opened.
    private(set) var failure: SinkFailure?

    /// An output that will begin with `start`, at the time of the first packet.
    init(_ configuration: Configuration, start: StartReport) {
        encoder = EventEncoder(sensor: configuration.sensor)
        self.start = start
        destination = configuration.output
        evidenceKeyFile = configuration.evidenceKeyFile
    }

    /// Opens the output and writes the `start` event.
    mutating func begin(at time: Timestamp) {
        guard writer == nil, failure == nil else { return }
        start.time = time
        let isOffline = start.mode == .offline
        do throws(SinkFailure) {
            guard let sink = try sink() else { return }
            // Files wait for their output, so that a queue that would bridge a stall is memory spent for nothing.
            let queue =
                isOffline
                ? OutputQueue(capacity: Self.offlineCapacity, policy: .block) : OutputQueue(policy: .dropOldest)
            writer = OutputWriter(sink: sink, queue: queue)
        } catch {
            failure = error
            return
        }
        write(.start(start))
    }

    private static var offlineCapacity: Int { 1 << 20 }

    private func sink() throws(SinkFailure) -> (any Sink)? {
        switch destination {
        case .standardOutput:
            return StandardOutputSink()
        case .directory(let path):
            let header = FileHeader(sensor: encoder.sensor, report: start)
            return try FileSink(directory: path, header: header, key: try evidenceKey())
        case .nowhere:
            return nil
        }
    }

    private func evidenceKey() throws(SinkFailure) -> EvidenceKey? {
        guard let evidenceKeyFile else { return nil }
        do throws(EvidenceFailure) {
            return try EvidenceKey(file: evidenceKeyFile)
        } catch { throw .system(error.description) }
    }

    /// Writes an event; dropped and counted where the output cannot take it.
    mutating func write(_ event: Event) {
        guard let writer else { return }
        encoder.encode(event)
        writer.queue.append(encoder.line, priority: event.priority, time: event.time)
    }

    /// Has the files opened anew, as after somebody has moved them.
    func reopen() {
        writer?.queue.requestReopen()
    }

    /// The output's counters.
    var report: [OutputReport] { writer.map { [$0.report(withLag: start.mode == .live)] } ?? [] }

    /// The failure of the output, as it was opened or since.
    var currentFailure: SinkFailure? { failure ?? writer?.queue.counters.failure }

    /// Writes the `stop` event and waits until all is written.
    mutating func end(_ reason: StopReport.Reason, detail: String?, at time: Timestamp, packets: UInt64) {
        write(
            .stop(
                StopReport(
                    time: time, reason: reason, detail: detail, packets: packets, events: encoder.nextSequence - 1)))
        writer?.stop()
    }
}
