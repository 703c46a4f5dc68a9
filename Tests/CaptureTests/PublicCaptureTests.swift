import Bytes
import Foundation
import Testing

@testable import Capture

/// The directory of recordings beside the project, if there is one.
private var sharedCaptures: String? {
    var candidates = [ProcessInfo.processInfo.environment["EGRET_SHARED"]].compactMap { $0 }
    var directory = URL(fileURLWithPath: #filePath)
    while directory.path != "/" {
        directory.deleteLastPathComponent()
        candidates.append(directory.appendingPathComponent("shared").path)
    }
    return candidates.map { $0 + "/captures/public" }.first { FileManager.default.fileExists(atPath: $0) }
}

@Test func everyPublicCaptureIsReadAndOnlyTheCutOnesWarn() throws {
    guard let root = sharedCaptures, let files = FileManager.default.enumerator(atPath: root) else {
        print("skipped: the directory of public captures is not there")
        return
    }
    let names = files.compactMap { $0 as? String }.filter {
        CaptureDirectory.isCapture(String($0.split(separator: "/").last ?? ""))
    }
    #expect(!names.isEmpty)
    var damaged: Set<String> = []
    var frames = 0
    for name in names {
        var capture = try FileCapture(path: root + "/" + name)
        let reading = try readAll(&capture)
        frames += reading.frames.count
        #expect(reading.warnings.isEmpty == (reading.statistics.damaged == 0))
        if reading.statistics.damaged > 0 { damaged.insert(String(name.split(separator: "/").last ?? "")) }
    }
    let cut: Set = [
        "fuzz-2021-10-13.pcap", "tls_DER-incomplete-header.pcap", "tls_DER-incomplete-content.pcap",
    ]
    #expect(damaged.isSubset(of: cut))
    #expect(frames > names.count)
}
