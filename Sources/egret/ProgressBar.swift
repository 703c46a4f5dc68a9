import Capture

/// How far the reading of long files has come, on a terminal only.
struct ProgressBar {
    private let isShown = Terminal.isPresent
    private var lastShown: UInt64 = 0
    private var hasBegun = false

    /// Shows `progress` where it has come a thousandth further; files shorter than 64 MiB show nothing.
    mutating func show(_ progress: CaptureProgress) {
        guard isShown, let total = progress.totalBytes, total >= 64 << 20 else { return }
        let thousandth = progress.bytesRead / (total / 1000)
        guard thousandth > lastShown else { return }
        lastShown = thousandth
        hasBegun = true
        let filled = Int(min(thousandth, 1000) / 25)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 40 - filled)
        Terminal.rewrite("[\(bar)] \(thousandth / 10) %  \(progress.bytesRead >> 20) of \(total >> 20) MiB")
    }

    /// Takes the bar away.
    func clear() {
        if hasBegun { Terminal.rewrite("") }
    }
}
