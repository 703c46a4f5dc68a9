public import Capture

extension OfflineRun {
    /// Reads what `configuration` names, writes nothing, and returns what is to be kept, with what a person should know
    /// about the files. Bounded as `RunRecord` is.
    ///
    /// - Throws: where a file cannot be read at all, or the filter is wrong.
    public static func record(
        _ contents: RunRecord.Contents, _ configuration: Configuration, _ knowledge: ReferenceData,
        progress: (CaptureProgress) -> Void = { _ in }
    ) throws(CaptureError) -> (record: RunRecord, warnings: [String]) {
        var configuration = configuration
        configuration.outputs = []
        configuration.recorded = contents
        var run = try OfflineRun(configuration, knowledge)
        let outcome = try run.run(progress: progress)
        return (outcome.record, outcome.warnings)
    }
}
