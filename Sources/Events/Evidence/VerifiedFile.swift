/// A chain file and the log file beside it, as far as both were looked at on their own.
struct VerifiedFile: Sendable {
    /// What the chain file says.
    let chain: ChainFile
    /// The parts of its name.
    let name: LogFileName
    /// What its seal is worth.
    let seal: SealState
    /// Whether the key that it names is one that counts.
    let isTrusted: Bool
    /// Whether its log file is there, in any form.
    var hasLog = false
    /// Whether the log was replayed to the end of the chain file without a difference.
    var isReplayed = false

    /// The name of the log file.
    var log: String { chain.log }
    /// Whether the key that counts sealed it.
    var isSealed: Bool { seal == .valid && isTrusted }
    /// Whether what its records state may be believed: the seal covers them, and they were replayed.
    var isBelieved: Bool { isSealed && isReplayed }
    /// The file that it continues.
    var previous: String? { chain.begin.previous }

    /// Whether its run found `file`, as it is now.
    func found(_ file: ChainFile) -> Bool {
        chain.found?.files.contains { $0.file == file.log && $0.chain == file.end } ?? false
    }
}
