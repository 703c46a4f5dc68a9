/// Writes an audit event of a command beside a sensor: a file of its own in the directory of the sensor's files.
public enum AuditTrail {
    /// Writes `notice` to a new file in the directory at `directory`, for `sensor`, and vouches for it where there is a `key`.
    ///
    /// - Throws: where it could not be written whole; then what it tells of must not be done.
    public static func write(
        _ notice: NoticeReport, as sensor: SensorIdentity, to directory: String, key: EvidenceKey?
    ) throws(SinkError) {
        let start = StartReport(time: notice.time, mode: .offline, sources: [], outputs: ["file"], catalog: "")
        var sink = try FileSink(
            directory: directory, header: FileHeader(sensor: sensor, report: start), key: key)
        var encoder = EventEncoder(sensor: sensor)
        var batch = LineBatch()
        for event in [Event.start(start), .audit(notice)] {
            encoder.encode(event)
            batch.append(encoder.line, priority: event.priority)
        }
        let outcome = sink.write(batch, now: notice.time)
        sink.close()
        if let failure = outcome.failure { throw failure }
    }
}
