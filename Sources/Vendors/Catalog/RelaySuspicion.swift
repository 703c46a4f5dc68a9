/// How far a flow to a far end that no entry names is consistent with the use of an AI model, and why.
///
/// A sum of points for signs that are each explained by something else too; `docs/CATALOG.md` says what each is worth and
/// where they fail. A suspicion, never a finding.
public struct RelaySuspicion: Equatable, Sendable {
    /// One sign, the word in events.
    public enum Sign: String, Sendable, CaseIterable {
        /// A request in cleartext for a path of an AI interface.
        case inferencePath = "inference_path"
        /// The hello of a known client of AI models that no other software is known to send.
        case clientHello = "client_hello"
        /// The hello of a known client of AI models, or of whatever else is built on the same runtime.
        case runtimeHello = "runtime_hello"
        /// The same hello from the same source went to the client's own vendor within a day.
        case clientAtSource = "client_at_source"
        /// The hello of a library that official SDKs are on, as many programs do.
        case libraryHello = "library_hello"
        /// Answers that arrive in many small pieces over a while, as a model writes them.
        case streamedAnswers = "streamed_answers"
        /// Three answers or more, and all of the flow's, that took longer than the way there and back, as if a model had run.
        case delayedAnswers = "delayed_answers"
        /// The far end has no name.
        case bareAddress = "bare_address"

        /// What it is worth, of 100.
        public var points: Int {
            switch self {
            case .inferencePath: 100
            case .clientHello: 60
            case .streamedAnswers: 40
            case .delayedAnswers: 35
            case .runtimeHello: 25
            case .clientAtSource, .libraryHello: 15
            case .bareAddress: 5
            }
        }
    }

    /// The score from which on a relay is suspected: no shared hello reaches it without the shape of inference.
    public static var threshold: Int { 50 }

    /// From 0 to 100.
    public let score: Int
    /// The signs, the weightiest first.
    public let signs: [Sign]
    /// Each sign with what it was seen by, for a person: `client_hello LiteLLM 1.106.2`.
    public let reasons: [String]

    /// The suspicion that `signs` make, each with what it was seen by; `nil` if there are none.
    public init?(_ signs: [(sign: Sign, detail: String?)]) {
        guard !signs.isEmpty else { return nil }
        let sorted = signs.sorted { ($1.sign.points, $0.sign.rawValue) < ($0.sign.points, $1.sign.rawValue) }
        self.signs = sorted.map(\.sign)
        score = min(100, sorted.reduce(0) { $0 + $1.sign.points })
        reasons = sorted.map { [$0.sign.rawValue, $0.detail].compactMap(\.self).joined(separator: " ") }
    }

    /// A suspicion as it was given, for events that people write by hand.
    public init(score: Int, reasons: [String] = []) {
        self.score = max(0, min(100, score))
        self.reasons = reasons
        signs = []
    }

    /// Whether the signs together are enough.
    public var isSuspected: Bool { score >= Self.threshold }
}
