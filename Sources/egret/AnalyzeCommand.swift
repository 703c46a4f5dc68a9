import ArgumentParser
import Capture
import Events
import Foundation
import Monitor
import Vendors

/// `egret analyze`: capture files in, events out.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze", abstract: "Analyse capture files: pcap and pcapng, plain, gzip or zstd.")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var options: RunOptions
    @Argument(help: "Files and folders; - is standard input.") var files: [String]

    func run() throws {
        var configuration = Configuration(
            sensor: SensorIdentity(id: options.sensorID ?? "offline", version: Version.current, boot: "offline"),
            mode: .offline, sources: files)
        options.apply(to: &configuration)
        do {
            var run = try OfflineRun(configuration, catalogue: try catalogue.load())
            let outcome = try run.run { _ in }
            for warning in outcome.warnings { StandardError.write("egret: warning: \(warning)") }
        } catch let error as CaptureError {
            StandardError.write("egret: error: \(error)")
            throw ExitCode.failure
        }
    }
}
