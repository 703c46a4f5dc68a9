import Bytes
import Events
import Foundation
import FuzzSupport

/// A directory of log files, in which each file begins with a line `== NAME`.
///
/// Whatever is there is judged, twice in the same way; a file that holds no seal of the key has no line that a seal covers; and a
/// run that begins there leaves a directory that is judged too.
@c(LLVMFuzzerTestOneInput)
public func testChain(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let directory = "\(base)/egret-fuzz-\(getpid())"
    try? FileManager.default.removeItem(atPath: directory)
    try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    for (name, content) in files(in: input) {
        try? Data(content).write(to: URL(fileURLWithPath: directory + "/" + name))
    }
    let key = EvidenceKey()
    let first = verdict(directory, key)
    require(first == verdict(directory, key), "two verdicts on one directory")
    require(first?.sealedLines ?? 0 == 0, "lines that no one sealed are covered")
    let header = FileHeader(
        sensor: SensorIdentity(id: "gw", version: "1", boot: "z"),
        report: StartReport(time: .distantPast, mode: .offline, sources: [], catalog: ""))
    if var sink = try? FileSink(directory: directory, header: header, key: key) {
        var batch = LineBatch()
        batch.append(Array("{}\n".utf8), priority: .normal)
        _ = sink.write(batch, now: .distantPast)
        sink.close()
    }
    _ = verdict(directory, key)
    return 0
}

private func verdict(_ directory: String, _ key: EvidenceKey) -> LogVerdict? {
    var verifier = LogVerifier(directory: directory, trusted: [key.publicKey])
    return try? verifier.verify()
}

/// At most sixteen files, by names that are no paths.
private func files(in input: [UInt8]) -> [(name: String, content: [UInt8])] {
    var files: [(name: String, content: [UInt8])] = []
    for line in input.split(separator: 0x0A, omittingEmptySubsequences: false) {
        if line.starts(with: Array("== ".utf8)), files.count < 16 {
            let name = String(decoding: line.dropFirst(3).prefix(100), as: UTF8.self)
            files.append((name.contains("/") || name.hasPrefix(".") ? "events-gw-a-1.chain" : name, []))
        } else if !files.isEmpty {
            files[files.count - 1].content += line + [0x0A]
        }
    }
    return files
}
