import Delivery
import Foundation
import Testing

@testable import CatalogUpdate

/// Keys and signatures of minisign. The first two are of Debian's minisign 0.11, made for this test with a key that was thrown away.
@Suite struct SignatureTests {
    static let key = "RWSnoRZSANDSz/wTUKVR8kXLUL6/Ef76PSw43Jx8hAsoHwPDRVklVEtJ"
    static let prehashed = """
        untrusted comment: signature from minisign secret key
        RUSnoRZSANDSz7O8tnSbOBflwSvb9pDYjo0NBr2B7ifXnxUUG+QXpxgWOIR1mk8fD7fImymos+O4/0Q76aNrLgswkJMlKjhoKw8=
        trusted comment: hello
        tXZ3I5pS6iCOWgQmxZff2Z1duqQAdzNrJ8hHIrVKOxvqhT3cdhxBO6duWQD9za8d2To07lqJLTFOZ+yf3mGpDg==

        """
    static let whole = """
        untrusted comment: signature from minisign secret key
        RWSnoRZSANDSzxoFjEhAstbY9kemxcmIj40GEI6r0zpf8ZEldCxxaN16PUAdB2Y9gvm0X7GpvwJTa/tpdW1CrKl92MJKZgZnAAs=
        trusted comment: hello
        iZh4nPh70J0MxLwc9nRJgdizO+kvG1nm/cci6w0s8vXR9WuEUOIelIlSRE8/RxgoYUbHHp1wCQdO15Cy1QNLBQ==

        """

    private func check(
        _ text: String, _ message: String = "x\n", keys: [String] = [key],
        digest: ([UInt8]) -> [UInt8]? = BLAKE2b.digest512
    ) -> BundleError.Reason? {
        BundleFixture.reason {
            let keys = try keys.map { try TrustedKey($0, origin: "test") }
            _ = try DetachedSignature(Array(text.utf8), origin: "test").check(
                Array(message.utf8), by: keys, digest: digest)
        }
    }

    @Test func bothFormsOfMinisignAreChecked() throws {
        #expect(check(Self.whole) == nil)
        #expect(try TrustedKey(Self.key, origin: "test").name == "CFD2D0005216A1A7")
        guard BLAKE2b.digest512(of: []) != nil else {
            print("skipped: libsodium is not installed, prehashed signatures cannot be checked")
            return
        }
        #expect(check(Self.prehashed) == nil)
        #expect(check(Self.prehashed, "y\n") == .signature)
    }

    @Test func aPrehashedSignatureIsRefusedWithoutTheLibrary() {
        #expect(check(Self.prehashed, digest: { _ in nil }) == .signature)
        // The digest of another message does not pass for it.
        #expect(check(Self.prehashed, digest: { $0 }) == .signature)
    }

    @Test func blake2bIsThatOfRFC7693() {
        guard let digest = BLAKE2b.digest512(of: Array("abc".utf8)) else {
            print("skipped: libsodium is not installed")
            return
        }
        // RFC 7693 appendix A.
        #expect(digest.prefix(8) == [0xBA, 0x80, 0xA5, 0x3F, 0x98, 0x1C, 0x4D, 0x0D] && digest.count == 64)
    }

    @Test func anotherMessageKeyOrCommentIsRefused() throws {
        #expect(check(Self.whole, "y\n") == .signature)
        #expect(check(Self.whole, keys: [try Publisher().publicKey]) == .unknownKey)
        #expect(check(Self.whole, keys: []) == .unknownKey)
        #expect(check(Self.whole.replacing("comment: hello", with: "comment: hallo")) == .signature)
        // The algorithm is not signed, but the signature of one is none of the other.
        let relabeled = Self.whole.replacing("RWSnoRZSANDSz", with: "RUSnoRZSANDSz")
        #expect(check(relabeled) == .signature)
    }

    @Test func aKeyWithTheSameIDIsAnotherKey() throws {
        let publisher = try Publisher()
        let message = Array("m".utf8)
        let signature = try DetachedSignature(try publisher.signature(of: message), origin: "test")
        var bytes = [UInt8](Data(base64Encoded: try Publisher(seed: 2).publicKey) ?? Data())
        bytes.replaceSubrange(2..<10, with: [UInt8](repeating: 1, count: 8))
        let impostor = try TrustedKey(Data(bytes).base64EncodedString(), origin: "test")
        #expect(
            BundleFixture.reason { _ = try signature.check(message, by: [impostor], digest: { _ in nil }) }
                == .signature)
        // Of two keys with one id, the right one is found.
        #expect(
            BundleFixture.reason {
                _ = try signature.check(message, by: [impostor] + (try publisher.trusted), digest: { _ in nil })
            } == nil)
    }

    @Test(arguments: [
        "", "untrusted comment: x\n", whole.replacing("untrusted", with: "trusted"), whole + "more\n",
        whole.replacing("\n", with: "\r\n"), whole.replacing("RWSnoRZSANDSz", with: "RXSnoRZSANDSz"),
        whole.replacing("trusted comment: hello\n", with: ""), whole.replacing("AAs=", with: "AAs"),
        whole.replacing("hello", with: "hel\u{0}lo"), String(whole.dropLast(20)),
    ])
    func whatIsNoSignatureIsRefused(text: String) {
        #expect(check(text) != nil)
    }

    @Test func everyFlippedBitIsRefused() throws {
        let publisher = try Publisher()
        let keys = try publisher.trusted
        let message = Array("the manifest".utf8)
        let signature = try publisher.signature(of: message, comment: "serial 1")
        let untrusted = 0..<(signature.firstIndex(of: UInt8(ascii: "\n")) ?? 0)
        for index in signature.indices where !untrusted.contains(index) {
            var changed = signature
            changed[index] ^= 1
            let reason = BundleFixture.reason {
                _ = try DetachedSignature(changed, origin: "test").check(message, by: keys, digest: { _ in nil })
            }
            // The last characters of base64 may carry bits that are not used.
            if reason == nil {
                let read = try DetachedSignature(changed, origin: "test")
                #expect(read.trustedComment == "serial 1", "byte \(index)")
                #expect(signature[index...].prefix(4).contains(UInt8(ascii: "=")), "byte \(index)")
            }
        }
    }

    @Test(arguments: [
        "", "RW", "RWSnoRZSANDSz", "untrusted comment: x\n", key + key, String(key.dropLast()) + "!", key + "\n" + key,
    ])
    func whatIsNoKeyIsRefused(text: String) {
        #expect(BundleFixture.reason { _ = try TrustedKey(text, origin: "test") } == .signature)
    }

    @Test func keysComeFromFilesAndDirectories() throws {
        let scratch = try Scratch()
        let file = "untrusted comment: minisign public key\n\(Self.key)\n"
        let root = try scratch.write(["a.pub": Array(file.utf8), "README": []], to: "keys")
        #expect(try TrustedKey.load([root]).map(\.name) == ["CFD2D0005216A1A7"])
        #expect(try TrustedKey.load(["\(root)/a.pub", Self.key]).count == 2)
        #expect(BundleFixture.reason { _ = try TrustedKey.load(["\(root)/none.pub"]) } == .unreadable)
        let empty = try scratch.write(["README": []], to: "empty")
        #expect(BundleFixture.reason { _ = try TrustedKey.load([empty]) } == .signature)
    }
}
