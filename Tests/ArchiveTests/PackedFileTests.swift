import Archive
import Foundation
import Testing

/// A directory for one test, removed at its end.
private func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(directory)
}

private func bytes(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { index in
        // Half of it can be packed, half of it cannot.
        if index & 64 == 0 { return UInt8(truncatingIfNeeded: index / 1_000) }
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}

private func names(_ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

@Test(arguments: [0, 1, 100, 131_072, 131_073, 3_000_000])
func whatIsPackedIsReadAsItWas(count: Int) throws {
    try withDirectory { directory in
        let (path, content) = (directory + "/a.jsonl", bytes(count))
        let time = Date(timeIntervalSince1970: 1_700_000_000)
        try Data(content).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640, .modificationDate: time], ofItemAtPath: path)
        // What a run that was ended by force left behind.
        try Data("rest".utf8).write(to: URL(fileURLWithPath: path + PackedFile.partSuffix))
        try PackedFile.pack(path) { true }
        #expect(try names(directory) == ["a.jsonl.zst"])
        #expect(try PackedFile.contents(path + PackedFile.suffix, limit: count) == content)
        let attributes = try FileManager.default.attributesOfItem(atPath: path + PackedFile.suffix)
        #expect(attributes[.posixPermissions] as? Int == 0o640 && attributes[.modificationDate] as? Date == time)
        if count > 0 {
            #expect(throws: ArchiveError.tooLarge) {
                try PackedFile.contents(path + PackedFile.suffix, limit: count - 1)
            }
        }
    }
}

@Test func aPackingThatIsToldToEndOrFailsLeavesAllAsItWas() throws {
    try withDirectory { directory in
        let (path, content) = (directory + "/a.jsonl", bytes(1_000_000))
        try Data(content).write(to: URL(fileURLWithPath: path))
        var turns = 0
        #expect(throws: ArchiveError.ended) {
            try PackedFile.pack(path) {
                turns += 1
                return turns < 4
            }
        }
        #expect(try names(directory) == ["a.jsonl"] && FileManager.default.contents(atPath: path) == Data(content))
        #expect(throws: ArchiveError.self) { try PackedFile.pack(directory + "/none.jsonl") { true } }
        #expect(try names(directory) == ["a.jsonl"])
    }
}

@Test func aFileThatIsRemovedWhileItIsPackedStaysRemoved() throws {
    try withDirectory { directory in
        let path = directory + "/a.jsonl"
        try Data(bytes(1_000_000)).write(to: URL(fileURLWithPath: path))
        try PackedFile.pack(path) {
            try? FileManager.default.removeItem(atPath: path)
            return true
        }
        #expect(try names(directory).isEmpty)
    }
}

@Test func noCutAndNoFlippedByteIsTakenForTheContent() throws {
    try withDirectory { directory in
        let (path, content) = (directory + "/a.jsonl", bytes(400))
        try Data(content).write(to: URL(fileURLWithPath: path))
        try PackedFile.pack(path) { true }
        let packed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + PackedFile.suffix)))
        func read(_ bytes: [UInt8]) throws -> [UInt8]? {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return try? PackedFile.contents(path, limit: 1 << 20)
        }
        for length in 1..<packed.count { #expect(try read(Array(packed[..<length])) == nil, "\(length) bytes") }
        for index in packed.indices {
            var other = packed
            other[index] ^= 0x10
            // Bits that say how much memory to use change nothing.
            let found = try read(other)
            #expect(found == nil || found == content, "byte \(index)")
        }
        #expect(try read(packed + packed) == content + content)
    }
}
