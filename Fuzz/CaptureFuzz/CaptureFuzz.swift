import Bytes
import Capture
import FuzzSupport

/// Capture files: pcap and pcapng, plain or compressed.
///
/// The input is the file. It is read twice, in turns of one frame and of many, which must give the same frames, the same
/// counts and the same warnings; each frame is within its length on the wire and names an interface that is known.
@c(LLVMFuzzerTestOneInput)
public func testFile(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    file.write(input[...])
    guard let single = read(turn: 1), let many = read(turn: 999) else { return 0 }
    requireSame(single, many, "what is read depends on how much is asked for at a time")
    return 0
}

private let file = ScratchFile()
/// A small file unfolds to more frames than are of use here.
private let mostFrames = 10_000

private func read(turn: Int) -> Account? {
    guard var capture = try? FileCapture(path: file.path) else { return nil }
    var account = Account()
    while account.frames < mostFrames {
        let limit = min(turn, mostFrames - account.frames)
        guard let outcome = try? capture.read(into: &account, limit: limit), outcome != .end else { break }
        require(account.interfaces.allSatisfy { Int($0) < capture.interfaces.count }, "an unknown interface")
    }
    let statistics = capture.statistics
    require(statistics.packets == UInt64(account.frames), "frames that were not counted")
    require(statistics.bytes == account.wireBytes, "bytes that were not counted")
    require(statistics.truncated == account.cut, "cut frames that were not counted")
    require(capture.warnings.count <= 8, "warnings without a bound")
    account.warnings = capture.warnings
    account.damaged = statistics.damaged
    return account
}

/// What came of a file.
private struct Account: FrameHandler, Equatable {
    var frames = 0
    var wireBytes: UInt64 = 0
    var cut: UInt64 = 0
    var digest: UInt64 = 0
    var interfaces: Set<UInt16> = []
    var warnings: [String] = []
    var damaged: UInt64 = 0

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        require(header.wireLength >= bytes.byteCount, "more was captured than was on the wire")
        frames += 1
        wireBytes &+= UInt64(header.wireLength)
        if bytes.byteCount < header.wireLength { cut += 1 }
        interfaces.insert(header.interface)
        mix(UInt64(bitPattern: header.time.nanoseconds))
        mix(UInt64(header.linkType.rawValue))
        for offset in stride(from: 0, to: bytes.byteCount, by: 1 + bytes.byteCount / 64) {
            mix(UInt64(bytes.byte(at: offset) ?? 0))
        }
    }

    private mutating func mix(_ value: UInt64) { digest = (digest ^ value) &* 0x100_0000_01B3 }
}
