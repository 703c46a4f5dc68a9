import Foundation
import Glibc
import Testing

@testable import CatalogUpdate

/// Archives and directories made by an attacker.
@Suite struct HostileBundleTests {
    /// An archive of one entry with `name` and `type`, whose checksum is right, before the files of a good bundle.
    private func archive(
        name: String, type: String = "0", size: String = "00000000000", link: String = "", prefix: String = "",
        magic: String = "ustar\u{0}00"
    ) throws -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ place: Int) {
            for (offset, byte) in text.utf8.enumerated() { header[place + offset] = byte }
        }
        put(name, 0)
        put("0000644", 100)
        put(size, 124)
        put("        ", 148)
        put(type, 156)
        put(link, 157)
        put(magic, 257)
        put(prefix, 345)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", 148)
        return header + TarWriter.archive(of: try BundleFixture.signed())
    }

    private func reason(_ archive: [UInt8], limits: BundleLimits = BundleLimits()) -> BundleError.Reason? {
        BundleFixture.reason { _ = try BundleFixture.read(archive: archive, limits: limits) }
    }

    @Test func aGoodBundleIsRead() throws {
        let bundle = try BundleFixture.read(try BundleFixture.signed())
        #expect(bundle.manifest.serial == 1 && bundle.comment == "test" && bundle.key == "0101010101010101")
        #expect(reason(try archive(name: "./", type: "5")) == nil)
        #expect(reason(try archive(name: "vendors/", type: "5", magic: "ustar  \u{0}")) == nil)
    }

    @Test(arguments: [
        "../evil.yaml", "/etc/passwd", "vendors/../../evil.yaml", "vendors/..", "./../vendors/a.yaml",
        "vendors//a.yaml",
        "vendors/sub/a.yaml", "vendors/.hidden.yaml", "vendors/a.yaml/", "vendors/-rf.yaml", "vendors/a b.yaml",
        "vendors/a\n.yaml",
        "vendors/a.sh", "lists/a.yaml", "policies/default.yaml", "vendors", "manifest.json.bak", "VENDORS/a.yaml",
        "vendors\\a.yaml",
        "C:vendors/a.yaml", "vendors/\u{202E}a.yaml", "vendors/.yaml",
    ])
    func aPathOutsideTheThreeDirectoriesIsRefused(name: String) throws {
        #expect(reason(try archive(name: name)) == .archive)
        #expect(BundlePath(name) == nil)
    }

    @Test func aPathCannotBeHiddenInThePrefix() throws {
        #expect(reason(try archive(name: "a.yaml", prefix: "../vendors")) == .archive)
        #expect(reason(try archive(name: "a.yaml", prefix: "/vendors")) == .archive)
    }

    @Test(arguments: ["1", "2", "3", "4", "6", "7", "x", "g", "L", "K", "S", "V", "A"])
    func linksDevicesAndExtendedHeadersAreRefused(type: String) throws {
        #expect(reason(try archive(name: "vendors/a.yaml", type: type, link: "/etc/shadow")) == .archive)
    }

    @Test(arguments: ["tmp/", "vendors/sub/", "../", "/", "policies"])
    func aDirectoryOfAnotherNameIsRefused(name: String) throws {
        #expect(reason(try archive(name: name, type: "5")) == .archive)
    }

    @Test func theSameFileTwiceIsRefused() throws {
        #expect(reason(try archive(name: "vendors/acme.yaml")) == .archive)
        #expect(reason(try archive(name: "manifest.json")) == .archive)
    }

    @Test func aBombIsRefusedBeforeItIsUnpacked() throws {
        // A size beyond the archive, beyond the limit of a file, beyond a number, negative, and in GNU's binary form.
        for size in ["77777777777", "00040000000", "-0000000001", "0x000000001", "           "] {
            let found = reason(try archive(name: "vendors/a.yaml", size: size))
            #expect(found == .limit || found == .archive, "\(size)")
        }
        var limits = BundleLimits()
        limits.files = 4
        #expect(reason(TarWriter.archive(of: try BundleFixture.signed()), limits: limits) == nil)
        let many = (0..<10).reduce(into: [String: [UInt8]]()) { $0["vendors/\($1).yaml"] = [] }
        #expect(reason(TarWriter.archive(of: many), limits: limits) == .limit)
        limits = BundleLimits()
        limits.totalBytes = 2_048
        #expect(reason(TarWriter.archive(of: try BundleFixture.signed()), limits: limits) == .limit)
        limits = BundleLimits()
        limits.fileBytes = 10
        #expect(reason(TarWriter.archive(of: try BundleFixture.signed()), limits: limits) == .limit)
    }

    @Test func aMillionDirectoriesAreTooMany() throws {
        let one = Array(try archive(name: "vendors/", type: "5").prefix(512))
        var limits = BundleLimits()
        limits.files = 100
        let many = (0..<200).flatMap { _ in one } + TarWriter.archive(of: try BundleFixture.signed())
        #expect(reason(many, limits: limits) == .limit)
    }

    @Test(arguments: [
        [0x1F, 0x8B, 8], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x42, 0x5A, 0x68],
        [0x50, 0x4B, 3, 4],
    ])
    func aCompressedArchiveIsNotUnpacked(magic: [Int]) {
        #expect(reason(magic.map { UInt8($0) } + [UInt8](repeating: 0, count: 1_024)) == .archive)
    }

    @Test func everyCutOfAnArchiveIsRefused() throws {
        let whole = TarWriter.archive(of: try BundleFixture.signed())
        for length in stride(from: 0, to: whole.count, by: 256) {
            #expect(reason(Array(whole.prefix(length))) != nil, "\(length)")
        }
        #expect(reason(whole + [1]) == .archive)
        #expect(reason(whole + [UInt8](repeating: 0, count: 512)) == nil)
    }

    @Test func noFlippedByteOfAnArchiveChangesWhatIsInstalled() throws {
        let whole = TarWriter.archive(of: try BundleFixture.signed())
        let good = try BundleFixture.read(archive: whole)
        for index in stride(from: 0, to: whole.count, by: 7) {
            var changed = whole
            changed[index] ^= 0x20
            // What is read all the same (a time, an owner, the padding) is the same bundle.
            if let read = try? BundleFixture.read(archive: changed) {
                let same = good.files.allSatisfy {
                    $0.key == BundleManifest.signatureName || read.files[$0.key] == $0.value
                }
                #expect(same, "byte \(index)")
            }
        }
    }

    @Test func aDirectoryWithLinksIsRefused() throws {
        let scratch = try Scratch()
        func reason(_ path: String) -> BundleError.Reason? {
            BundleFixture.reason {
                _ = try CatalogBundle(path: path, keys: try Publisher().trusted, digest: { _ in nil })
            }
        }
        let good = try scratch.write(try BundleFixture.signed(), to: "good")
        #expect(reason(good) == nil)
        let manager = FileManager.default
        let file = try scratch.write(try BundleFixture.signed(), to: "file")
        try manager.removeItem(atPath: "\(file)/vendors/acme.yaml")
        try manager.createSymbolicLink(
            atPath: "\(file)/vendors/acme.yaml", withDestinationPath: "\(good)/vendors/acme.yaml")
        #expect(reason(file) == .archive)
        let directory = try scratch.write(try BundleFixture.signed(), to: "directory")
        try manager.removeItem(atPath: "\(directory)/vendors")
        try manager.createSymbolicLink(atPath: "\(directory)/vendors", withDestinationPath: "\(good)/vendors")
        #expect(reason(directory) == .archive)
        let pipe = try scratch.write(try BundleFixture.signed(), to: "pipe")
        try manager.removeItem(atPath: "\(pipe)/vendors/acme.yaml")
        // Invariant: the path is a terminated copy for the call.
        #expect(unsafe mkfifo("\(pipe)/vendors/acme.yaml", 0o600) == 0)
        #expect(reason(pipe) == .archive)
        #expect(reason("/dev/zero") == .archive)
        #expect(reason("\(scratch.path)/none") == .unreadable)
    }
}
