/// One thing that `egret doctor` found out.
public struct Finding: Equatable, Sendable {
    /// How it stands.
    public enum Level: String, Sendable, CaseIterable {
        /// As it should be.
        case ok
        /// What this placement cannot see, whatever is done here.
        case blind
        /// It works, and something is lost or weaker than it could be.
        case warning
        /// It does not work.
        case fault
    }

    /// How it stands.
    public let level: Level
    /// What was looked at: `rights`, an interface's name, a directory.
    public let subject: String
    /// What was found, in one sentence without a full stop.
    public let text: String
    /// The one line that mends it.
    public let fix: String?

    /// A finding of all its parts.
    public init(_ level: Level, _ subject: String, _ text: String, fix: String? = nil) {
        self.level = level
        self.subject = subject
        self.text = text
        self.fix = fix
    }
}
