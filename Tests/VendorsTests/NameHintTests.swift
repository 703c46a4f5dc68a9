import Foundation
import Testing

@testable import Vendors

@Suite struct NameHintTests {
    @Test(
        "A whole word of AI in a label is a hint",
        arguments: [
            ("gpt.example.com", "gpt"), ("chat-gpt.example.com", "gpt"), ("my_llm.example", "llm"),
            ("gpt4.example.com", "gpt"),
            ("gpt4all.example", "gpt"), ("ai.example.com", "ai"), ("example-ai.com", "ai"),
            ("writer.ai-tools.net", "ai"),
            ("freechatgpt.online", "chatgpt"), ("chatgpt4helper.com", "chatgpt"), ("chatbot.shop.example", "chatbot"),
            ("ollama", "ollama"), ("llm-server", "llm"), ("a.b.c.vllm2.internal.example", "vllm"),
            ("x.llama3-70b.example", "llama"),
        ])
    func words(_ host: String, _ word: String) {
        #expect(NameHint(host: host)?.word == word)
    }

    @Test(
        "Neither the top-level domain nor a part of another word is one",
        arguments: [
            "example.ai", "www.example.ai", "api.x.ai", "ai", "mail.shanghai.example", "hyundai.com",
            "dubai-hotels.example",
            "openair.com", "allmomsex.com", "dellmobile.cn", "nanyangpt.com", "xn--ai-9ja.example",
            "xn--gpt-abc.example.com",
            "d3ai9xk2.cloudfront.example", "ai21x.example", "gptx.example", "chaptgpta.example", "192.0.2.1",
            "2001:db8::1", "", ".",
            "..", "-", "a", "example.gpt", "pay.example.com", "claude.example", "brain.example", "said.example",
            "air-tickets.example",
        ])
    func others(_ host: String) {
        #expect(NameHint(host: host) == nil)
    }

    @Test("The words are sorted, each once, of 2 to 15 lower-case letters, and are found as whole labels")
    func table() {
        #expect(NameHint.words == Set(NameHint.words).sorted())
        for word in NameHint.words {
            #expect((2...15).contains(word.utf8.count), "\(word)")
            #expect(word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }, "\(word)")
            #expect(NameHint(host: "\(word).example.com") != nil, "\(word)")
        }
    }

    @Test("Any bytes are read without a trap, and a long label holds no word by chance")
    func hostile() {
        for length in 0..<80 {
            let text = String(repeating: "a", count: length) + "gpt"
            #expect(NameHint(host: text + ".example")?.word == (length == 0 ? "gpt" : nil))
        }
        for byte in UInt8.min...UInt8.max {
            let text = String(decoding: [byte, 0x61, 0x69, byte, byte] as [UInt8], as: UTF8.self)
            _ = NameHint(host: text)
        }
        #expect(NameHint(host: String(repeating: "ai9", count: 10_000)) == nil)
    }

    @Test("Of thousands of names that have nothing to do with AI, at most two have a hint")
    func falseRate() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.deletingLastPathComponent().appending(path: "shared/catalog/not_ai.txt").path
        guard FileManager.default.fileExists(atPath: path) else { return print("skipped: \(path) is not there") }
        let names = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        let found = names.filter { NameHint(host: $0) != nil }
        #expect(names.count > 5_000)
        #expect(found.count <= 2, "\(found.prefix(20))")
    }
}
