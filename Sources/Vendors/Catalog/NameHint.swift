/// A word in the name of a host that says AI, such as `gpt` in `gpt.example.com`.
///
/// A weak sign: anyone may choose such a name, and most AI services have none. It is for names that the catalog does not list,
/// and it attributes nothing.
///
/// A label is cut into tokens at `-` and `_`. A token counts if it is one of `words`, with digits after it or not (`gpt4`), and
/// `ai` only if it is the whole token. `chatgpt` counts anywhere in a token. The last label, the top-level domain, never counts,
/// so that a name under `.ai` has no hint for that alone, and neither does a label in Punycode (`xn--`), which holds no words.
public struct NameHint: Equatable, Sendable {
    /// The word, one of `words`.
    public let word: String

    /// The first word in the host name `host`, which is in lower case; `nil` if there is none. Cost: one pass over the name and
    /// a look-up for each token that a word could be; no allocation.
    public init?(host: String) {
        var scanner = Scanner()
        for byte in host.utf8 {
            if let word = scanner.take(byte) {
                self.word = word
                return
            }
        }
        // What follows the last dot is the top-level domain. A name without a dot is one of a local network, unless it is `ai` itself.
        guard !scanner.hasDot, host != "ai", let word = scanner.endToken() else { return nil }
        self.word = word
    }

    /// The words, sorted. Each is used for AI and for little else: none is in the names of `not_ai` lists.
    public static let words: [String] = [
        "ai", "aiagent", "aiagents", "aibot", "aichat", "aichatbot", "aigc", "aiwriter", "autogpt", "chatai", "chatbot",
        "chatbots", "chatgpt", "copilot", "copilots", "deepfake", "genai", "gpt", "gpts", "langchain", "llama", "llm",
        "llms",
        "midjourney", "ollama", "openai", "stablediffusion", "text2image", "txt2img", "vllm",
    ]

    /// Reads a name byte by byte.
    private struct Scanner {
        /// The bytes of the token so far, the last ones if it is longer than a word can be.
        private var packed: UInt128 = 0
        private var length = 0
        private var first: UInt8 = 0
        /// The word that the token's letters before its first digit are.
        private var stem: String?
        private var hasDigit = false
        /// Whether the label began with `xn--`.
        private var isPunycode = false
        private var labelLength = 0
        private var labelStart: UInt32 = 0
        /// What the label holds, told at its end: the last label is none.
        private var found: String?
        private(set) var hasDot = false

        /// Takes the next byte; the word of a label that it ends.
        mutating func take(_ byte: UInt8) -> String? {
            if byte == UInt8(ascii: ".") { return endLabel() }
            labelLength &+= 1
            if labelLength <= 4 {
                labelStart = labelStart << 8 | UInt32(byte)
                if labelLength == 4, labelStart == Self.punycode { isPunycode = true }
            }
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
                found = found ?? endToken()
                return nil
            }
            if !hasDigit, (0x30...0x39).contains(byte) {
                hasDigit = true
                if length > 2 { stem = NameHint.word(packed, first: first, length: length) }
            }
            if length == 0 { first = byte }
            packed = packed << 8 | UInt128(byte)
            length &+= 1
            if packed & Self.chatMask == Self.chat { found = found ?? "chatgpt" }
            return nil
        }

        /// Ends the token; its word, if it is one.
        mutating func endToken() -> String? {
            defer {
                packed = 0
                length = 0
                stem = nil
                hasDigit = false
            }
            guard !isPunycode else { return nil }
            if let found { return found }
            return NameHint.word(packed, first: first, length: length) ?? stem
        }

        private mutating func endLabel() -> String? {
            let word = endToken()
            hasDot = true
            found = nil
            isPunycode = false
            labelLength = 0
            labelStart = 0
            return word
        }

        /// `xn--`, and `chatgpt` with the bits that it takes.
        private static let punycode: UInt32 = 0x786E_2D2D
        private static let chat: UInt128 = 0x63_6861_7467_7074
        private static let chatMask: UInt128 = 0xFF_FFFF_FFFF_FFFF
    }

    /// The word of `length` bytes, of which `first` is the first; most tokens are told from all words by these two.
    private static func word(_ packed: UInt128, first: UInt8, length: Int) -> String? {
        guard (2...15).contains(length), (0x61...0x7A).contains(first) else { return nil }
        return lengths[Int(first &- 0x61)] >> UInt16(length) & 1 == 1 ? table[packed] : nil
    }

    /// The words by their bytes, of which there are 15 at most.
    private static let table: [UInt128: String] = Dictionary(
        words.map { word in (word.utf8.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }, word) },
        uniquingKeysWith: { first, _ in first })

    /// For each first letter the lengths that words have, a bit a length.
    private static let lengths: [UInt16] = words.reduce(into: Array(repeating: 0, count: 26)) { masks, word in
        guard let first = word.utf8.first, (0x61...0x7A).contains(first) else { return }
        masks[Int(first &- 0x61)] |= 1 << UInt16(word.utf8.count)
    }
}
