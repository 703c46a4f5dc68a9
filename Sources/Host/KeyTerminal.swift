import CHost
import Glibc

/// A terminal whose keys arrive one by one and are not shown, until it is restored.
public struct KeyTerminal: ~Copyable {
    /// What comes from it.
    public enum Input: Equatable, Sendable {
        /// A byte of a key.
        case byte(UInt8)
        /// No key was pressed in the time.
        case none
        /// The terminal is gone.
        case end
    }

    private let descriptor: Int32
    private var saved = termios()
    private var isRaw = false

    /// The terminal at `descriptor`, from which keys arrive from now on; `nil` if it is no terminal.
    public init?(descriptor: Int32) {
        self.descriptor = descriptor
        guard begin() else { return nil }
    }

    deinit {
        guard isRaw else { return }
        var saved = saved
        // Invariant: the structure is read only during the call.
        unsafe host_terminal_restore(descriptor, &saved)
    }

    /// Has keys arrive one by one again, after `restore`; false if the terminal is gone.
    @discardableResult
    public mutating func begin() -> Bool {
        // Invariant: the structure is written only during the call.
        isRaw = unsafe host_terminal_begin(descriptor, &saved) != 0
        return isRaw
    }

    /// Has the terminal work as it did before.
    public mutating func restore() {
        guard isRaw else { return }
        isRaw = false
        // Invariant: the structure is read only during the call.
        unsafe host_terminal_restore(descriptor, &saved)
    }

    /// Waits for a key, `milliseconds` at the most.
    public func next(within milliseconds: Int32) -> Input {
        switch host_key(descriptor, milliseconds) {
        case -1: .none
        case let byte where byte >= 0: .byte(UInt8(truncatingIfNeeded: byte))
        default: .end
        }
    }

    /// Stops the process, as Ctrl-Z does, until it is continued.
    public static func suspendProcess() { raise(SIGSTOP) }

    /// Has the key of SIGQUIT, or another process that sends it, not end the process without restoring the terminal.
    public static func ignoreQuit() { signal(SIGQUIT, SIG_IGN) }
}
