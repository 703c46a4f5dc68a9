import Archive
import Bytes
import Crypto
import Events
import Foundation
import Testing

/// A directory with a log that was vouched for, as several runs of one sensor leave it.
private struct Log {
    let directory: URL
    let key = EvidenceKey()

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }

    /// A run that writes `count` flows, one a batch, and ends in order if it is told to.
    func run(boot: String = "7f3c", flows count: Int, limits: FileLimits = Self.small, ends: Bool = true) throws {
        let sensor = SensorIdentity(id: "gw", version: "1.0.0", boot: boot)
        let header = FileHeader(sensor: sensor, report: Samples.startReport())
        var sink = try FileSink(directory: directory.path, header: header, limits: limits, key: key)
        var encoder = EventEncoder(sensor: sensor)
        for _ in 0..<count {
            encoder.encode(.flow(Samples.observation()))
            var batch = LineBatch()
            batch.append(encoder.line, priority: .normal)
            let outcome = sink.write(batch, now: Samples.start)
            #expect(outcome.written == 1)
        }
        if ends { sink.close() }
    }

    func verdict(head: String? = nil) throws -> LogVerdict {
        var verifier = LogVerifier(directory: directory.path)
        return try verifier.verify(noted: [head].compactMap(\.self))
    }

    func path(_ name: String) -> URL { directory.appendingPathComponent(name) }
    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: path(name))) }
    func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: path(name)) }
    func lines(_ name: String) throws -> [[UInt8]] {
        try read(name).split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { Array($0) + [0x0A] }
    }
    func write(_ name: String, lines: [[UInt8]]) throws { try write(name, lines.flatMap(\.self)) }

    /// Three or four flows a file.
    static var small: FileLimits {
        var limits = FileLimits()
        limits.fileBytes = 5_000
        return limits
    }
}

private func withLog(_ body: (Log) throws -> Void) throws {
    let log = try Log()
    defer { log.remove() }
    try body(log)
}

private func first(_ verdict: LogVerdict) -> LogVerdict.Finding? { verdict.findings.first(where: \.isFault) }

@Test func aLogThatNobodyTouchedIsIntactOverFilesAndRuns() throws {
    try withLog { log in
        try log.run(boot: "a", flows: 20)
        try log.run(boot: "b", flows: 7)
        let verdict = try log.verdict()
        #expect(verdict.isIntact && verdict.findings.isEmpty, "\(verdict.text)")
        #expect(verdict.files.count > 5 && verdict.files.allSatisfy(\.isSealed))
        #expect(verdict.sealedLines == 27 + verdict.files.count && verdict.unsealedLines == 0)
        #expect(verdict.keys == [log.key.publicHexadecimal])
        #expect(try log.verdict(head: verdict.head).isIntact)
    }
}

@Test func everyLineThatIsChangedRemovedMovedOrAddedIsFoundAndNamed() throws {
    try withLog { log in
        try log.run(flows: 12)
        let name = "events-gw-7f3c-2.jsonl"
        let lines = try log.lines(name)
        #expect(lines.count >= 4)
        func finding(_ changed: [[UInt8]]) throws -> LogVerdict.Finding? {
            try log.write(name, lines: changed)
            defer { try? log.write(name, lines: lines) }
            return first(try log.verdict())
        }
        for index in lines.indices {
            var changed = lines
            changed[index][40] ^= 1
            #expect(try finding(changed).map { [$0.kind == .changed, $0.firstLine == index + 1] } == [true, true])
            var removed = lines
            removed.remove(at: index)
            #expect(try finding(removed).map { [$0.kind == .removed, $0.firstLine == index + 1] } == [true, true])
            var added = lines
            added.insert(Array("{}\n".utf8), at: index)
            #expect(try finding(added).map { [$0.kind == .inserted, $0.firstLine == index + 1] } == [true, true])
            guard index > 0 else { continue }
            var moved = lines
            moved.swapAt(index - 1, index)
            #expect(try finding(moved).map { [$0.kind == .reordered, $0.firstLine == index] } == [true, true])
        }
        #expect(try finding(lines + [lines[1]])?.kind == .inserted)
        #expect(try log.verdict().isIntact)
    }
}

@Test func noByteOfTheLogCanBeFlippedUnseen() throws {
    try withLog { log in
        try log.run(flows: 5)
        let name = "events-gw-7f3c-1.jsonl"
        let bytes = try log.read(name)
        // Every line feed and what is around it, and a byte in eleven of the rest: brackets, digits, letters.
        let near = bytes.indices.filter { index in
            bytes[max(0, index - 1)...min(bytes.count - 1, index + 1)].contains(0x0A)
        }
        for index in Set(near + stride(from: 0, to: bytes.count, by: 11)) {
            var flipped = bytes
            flipped[index] ^= 0x01
            try log.write(name, flipped)
            #expect(try !log.verdict().isIntact, "byte \(index)")
        }
        for count in stride(from: 0, to: bytes.count, by: 37) {
            try log.write(name, Array(bytes[..<count]))
            #expect(try !log.verdict().isIntact, "cut at \(count)")
        }
    }
}

@Test func noByteBesideTheLogCanBeFlippedUnseen() throws {
    try withLog { log in
        try log.run(flows: 8)
        for name in ["events-gw-7f3c-1.chain", "events-gw-7f3c-2.chain"] {
            let bytes = try log.read(name)
            for index in stride(from: 0, to: bytes.count - 1, by: 3) {
                var flipped = bytes
                flipped[index] ^= 0x01
                try log.write(name, flipped)
                let verdict = try log.verdict()
                #expect(!verdict.isIntact, "\(name), byte \(index) of \(String(decoding: bytes, as: UTF8.self))")
            }
            try log.write(name, bytes)
        }
        #expect(try log.verdict().isIntact)
    }
}

@Test func aFileThatIsGoneIsMissed() throws {
    try withLog { log in
        try log.run(flows: 20)
        let middle = ["events-gw-7f3c-3.jsonl", "events-gw-7f3c-3.chain"]
        let kept = try middle.map(log.read)
        for (gone, expected) in [
            ([0], LogVerdict.Finding.Kind.missingLog), ([1], .missingChain), ([0, 1], .missingFile),
        ] {
            for index in gone { try FileManager.default.removeItem(at: log.path(middle[index])) }
            let verdict = try log.verdict()
            #expect(verdict.findings.contains { $0.kind == expected }, "\(verdict.text)")
            #expect(verdict.findings.contains { $0.file == middle[0] })
            for index in gone { try log.write(middle[index], kept[index]) }
        }
        try FileManager.default.moveItem(at: log.path(middle[0]), to: log.path("events-gw-7f3c-9.jsonl"))
        #expect(try !log.verdict().isIntact)
    }
}

@Test func anEndThatIsCutOffIsMissedByTheHeadThatWasNoted() throws {
    try withLog { log in
        try log.run(flows: 20)
        let head = try #require(try log.verdict().head)
        let last = try #require(try log.verdict().files.last?.name)
        for name in [last, String(last.dropLast(6)) + ".chain"] {
            try FileManager.default.removeItem(at: log.path(name))
        }
        #expect(try log.verdict().isIntact)
        #expect(try first(log.verdict(head: head))?.kind == .missingHead)
    }
}

@Test func filesThatTheSensorRemovedItselfAreNotMissed() throws {
    try withLog { log in
        var limits = Log.small
        limits.files = 3
        try log.run(flows: 40, limits: limits)
        let verdict = try log.verdict()
        // One file fewer than the limit: the next run begins another.
        #expect(verdict.isIntact && verdict.files.count == 2, "\(verdict.text)")
        #expect(verdict.findings.map(\.kind) == [.expired])
        let chains = try FileManager.default.contentsOfDirectory(atPath: log.directory.path).filter {
            $0.hasSuffix(".chain")
        }
        #expect(chains.count == 2)
    }
}

@Test func aRunThatIsEndedByForceLeavesWhatItVouchedForAndTheNextGoesOn() throws {
    try withLog { log in
        try log.run(boot: "a", flows: 10, ends: false)
        let unsealed = try log.verdict()
        #expect(unsealed.isIntact && unsealed.findings.map(\.kind) == [.openFile])
        #expect(unsealed.sealedLines > 0 && unsealed.unsealedLines > 0)
        let name = try #require(unsealed.files.last?.name)
        let chain = String(name.dropLast(6)) + ".chain"
        // Killed between the lines and the record of them, in the middle of either.
        try log.write(name, try log.read(name) + Array("{\"whole\":1}\n{\"cut".utf8))
        try log.write(chain, try log.read(chain) + Array("{\"lines\":{\"by".utf8))
        let killed = try log.verdict()
        #expect(killed.isIntact && Set(killed.findings.map(\.kind)) == [.openFile, .open], "\(killed.text)")
        try log.run(boot: "b", flows: 3)
        let next = try log.verdict()
        #expect(next.isIntact && next.files.count == killed.files.count + 1 + 0, "\(next.text)")
        // What its records count is compared still, and its end is what the next run found.
        var lines = try log.lines(name)
        lines.removeFirst()
        try log.write(name, lines: lines)
        #expect(try first(log.verdict())?.kind == .removed)
        for gone in [name, chain] { try FileManager.default.removeItem(at: log.path(gone)) }
        #expect(try first(log.verdict())?.kind == .missingFile)
    }
}

@Test func anotherKeyIsNotTrusted() throws {
    try withLog { log in
        try log.run(flows: 3)
        var own = LogVerifier(directory: log.directory.path, trusted: [log.key.publicKey])
        #expect(try own.verify().isIntact)
        var other = LogVerifier(directory: log.directory.path, trusted: [EvidenceKey().publicKey])
        #expect(try first(other.verify())?.kind == .untrusted)
    }
}

@Test func linesWaitToBeVouchedForWhereThatCannotBeWritten() throws {
    try withLog { log in
        // A directory in the place of the file keeps it from being made.
        let blocked = log.path("events-gw-7f3c-1.chain")
        try FileManager.default.createDirectory(at: blocked, withIntermediateDirectories: true)
        let sensor = SensorIdentity(id: "gw", version: "1.0.0", boot: "7f3c")
        let header = FileHeader(sensor: sensor, report: Samples.startReport())
        var sink = try FileSink(directory: log.directory.path, header: header, key: log.key)
        for index in 0..<6 {
            if index == 4 { try FileManager.default.removeItem(at: blocked) }
            var batch = LineBatch()
            batch.append(Array("{\"n\":\(index)}\n".utf8), priority: .normal)
            #expect(sink.write(batch, now: Samples.start).written == 1)
        }
        sink.close()
        let verdict = try log.verdict()
        #expect(
            verdict.isIntact && verdict.files.first?.sealedLines == 7 && verdict.findings.isEmpty, "\(verdict.text)")
    }
}

@Test func keysAreReadOnlyWhereNobodyElseCould() throws {
    try withLog { log in
        let path = log.path("key.pem").path
        try PrivateFile.create(path, log.key.pem)
        #expect(try EvidenceKey(file: path).publicKey.rawRepresentation == log.key.publicKey.rawRepresentation)
        #expect(try EvidenceKey.publicKey(file: path).rawRepresentation == log.key.publicKey.rawRepresentation)
        #expect(throws: EvidenceError.self) { try PrivateFile.create(path, "again") }
        for mode in [0o640, 0o604, 0o620] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: EvidenceError.self) { try EvidenceKey(file: path) }
        }
        let open = log.path("public.pem").path
        try Data(log.key.publicPEM.utf8).write(to: URL(fileURLWithPath: open))
        #expect(try EvidenceKey.publicKey(file: open).rawRepresentation == log.key.publicKey.rawRepresentation)
    }
}

@Test func aLogWhoseFilesArePackedIsVerifiedAsItWasWritten() throws {
    try withLog { log in
        var limits = Log.small
        limits.compression = .zstd
        try log.run(boot: "a", flows: 20, limits: limits)
        try log.run(boot: "b", flows: 7, limits: limits)
        let packed = try FileManager.default.contentsOfDirectory(atPath: log.directory.path)
            .filter { $0.hasSuffix(".zst") }.sorted()
        let verdict = try log.verdict()
        #expect(packed.count > 4 && verdict.isIntact && verdict.findings.isEmpty, "\(verdict.text)")
        #expect(verdict.sealedLines == 27 + verdict.files.count)
        // Someone takes a line out and packs the rest.
        let (name, plain) = (packed[0], String(packed[0].dropLast(4)))
        let content = try PackedFile.contents(log.path(name).path, limit: 1 << 20)
        let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map {
            Array($0) + [0x0A]
        }
        try log.write(plain, lines: Array(lines.dropLast(2) + lines.suffix(1)))
        try PackedFile.pack(log.path(plain).path) { true }
        #expect(first(try log.verdict())?.kind == .removed)
        // More than was ever written is not even read.
        try log.write(plain, lines: Array(repeating: lines[0], count: 1_000))
        try PackedFile.pack(log.path(plain).path) { true }
        #expect(first(try log.verdict())?.kind == .damaged)
        try FileManager.default.removeItem(at: log.path(name))
        #expect(first(try log.verdict())?.kind == .missingLog)
    }
}
