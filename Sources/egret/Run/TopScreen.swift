import Foundation
import Host
import Reporting
import Synchronization

/// The screen of `egret top`: keys in, frames out, until someone quits. The terminal is restored on every way out.
struct TopScreen: ~Copyable {
    private var terminal: KeyTerminal
    private var view: TopView
    private var shown: Drawn?

    /// What a frame depends on; an equal one is not drawn again.
    private struct Drawn: Equatable {
        var snapshot: LiveSnapshot
        var notice: String?
        var view: TopView
        var columns: Int
        var rows: Int
    }

    /// What the thread that reads has read last.
    private final class Latest: Sendable {
        struct State {
            var snapshot: LiveSnapshot
            var notice: String?
            var isOver = false
        }
        let state: Mutex<State>
        init(_ snapshot: LiveSnapshot) { state = Mutex(State(snapshot: snapshot)) }
    }

    /// The screen with `view`; `nil` if standard input is no terminal.
    init?(_ view: TopView) {
        guard let terminal = KeyTerminal(descriptor: FileHandle.standardInput.fileDescriptor) else { return nil }
        self.terminal = terminal
        self.view = view
    }

    /// Shows `first` and what `reader` reads after it, until a key or a signal ends it.
    mutating func run(_ reader: SnapshotReader, _ first: LiveSnapshot) {
        KeyTerminal.ignoreQuit()
        let latest = Latest(first)
        Self.read(reader, into: latest)
        Self.endOnSignal(latest)
        Self.show("\u{1B}[?1049h\u{1B}[?25l")
        while !latest.state.withLock({ $0.isOver }) {
            draw(latest)
            guard turn() else { break }
        }
        latest.state.withLock { $0.isOver = true }
        Self.show("\u{1B}[?25h\u{1B}[?1049l")
        terminal.restore()
    }

    /// Waits a moment for a key and does what it asks for; false to end.
    private mutating func turn() -> Bool {
        switch terminal.next(within: Self.wait) {
        case .none: return true
        case .end: return false
        case .byte(let byte):
            switch view.press(byte) {
            case .draw: return true
            case .quit: return false
            case .suspend:
                Self.show("\u{1B}[?25h\u{1B}[?1049l")
                terminal.restore()
                KeyTerminal.suspendProcess()
                shown = nil
                Self.show("\u{1B}[?1049h\u{1B}[?25l")
                return terminal.begin()
            }
        }
    }

    private mutating func draw(_ latest: Latest) {
        let state = latest.state.withLock { $0 }
        let output = FileHandle.standardOutput.fileDescriptor
        let drawn = Drawn(
            snapshot: view.isPaused ? shown?.snapshot ?? state.snapshot : state.snapshot, notice: state.notice,
            view: view,
            columns: StandardDescriptors.columns(of: output) ?? 80, rows: StandardDescriptors.rows(of: output) ?? 24)
        guard drawn != shown else { return }
        shown = drawn
        let frame = TopFrame(
            drawn.snapshot, view: view, width: drawn.columns, height: drawn.rows, isColored: Terminal.isOutputColored)
        // Without a line feed at the end, which would scroll; each line clears what is left of the one before it.
        let lines = frame.lines(notice: drawn.notice).map { $0 + "\u{1B}[K" }
        Self.show("\u{1B}[H" + lines.joined(separator: "\r\n") + "\u{1B}[J")
    }

    private static func show(_ text: String) {
        Terminal.write(output: text)
        // A terminal that is gone is noticed where keys are read.
        _ = StandardDescriptors.flushOutput()
    }

    /// Reads a snapshot each second on a thread of its own, so that a slow sensor delays no key.
    private static func read(_ reader: SnapshotReader, into latest: Latest) {
        let thread = Thread {
            while !latest.state.withLock({ $0.isOver }) {
                Thread.sleep(forTimeInterval: 1)
                do throws(SnapshotReader.Failure) {
                    let snapshot = try reader.read()
                    latest.state.withLock { ($0.snapshot, $0.notice) = (snapshot, nil) }
                } catch {
                    latest.state.withLock { $0.notice = "\(error.words); what is shown is old" }
                }
            }
        }
        thread.name = "egret-snapshots"
        thread.start()
    }

    /// Has SIGINT, SIGTERM and SIGHUP, which the program has held since its start, end the screen.
    private static func endOnSignal(_ latest: Latest) {
        let thread = Thread {
            while HeldSignals.next() == SIGUSR1 {}
            latest.state.withLock { $0.isOver = true }
        }
        thread.name = "egret-signals"
        thread.start()
    }

    /// How long a key is waited for before the screen looks for news, in milliseconds.
    private static var wait: Int32 { 100 }
}
