public import ArgumentParser
import Foundation
public import Monitor

extension Configuration.FlowSelection: ExpressibleByArgument {}

/// The options that `analyze` and `watch` share.
struct RunOptions: ParsableArguments {
    @Option(help: "A filter in libpcap's language, as tcpdump takes it.") var filter = ""
    @Option(help: "Which flows are written: ai, all or none.") var flows = Configuration.FlowSelection.ai
    @Option(help: "- for standard output, or a folder for files.") var output = "-"
    @Option(name: .customLong("sensor-id"), help: "The sensor's id in events.") var sensorID: String?

    func apply(to configuration: inout Configuration) {
        configuration.filter = filter
        configuration.flows = flows
        configuration.output = output == "-" ? .standardOutput : .directory(output)
    }
}

/// Messages for people.
enum StandardError {
    /// Writes a line.
    static func write(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
