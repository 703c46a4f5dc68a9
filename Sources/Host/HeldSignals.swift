import CHost
import Glibc

/// The signals that a sensor answers: SIGINT, SIGTERM, SIGHUP and SIGUSR1.
///
/// They are blocked first, before anything takes time, and waited for by one thread. A blocked signal stays pending: none is
/// lost between the start of the process and the moment at which the thread waits. Threads inherit the block.
public enum HeldSignals {
    /// Blocks the signals for this thread and those that it starts from now on.
    public static func hold() { _ = host_block_signals(1) }

    /// Lets them through to this thread again; a pending one does what it does by default.
    public static func release() { _ = host_block_signals(0) }

    /// Waits for one of the signals, which `hold` has blocked, and returns its number.
    public static func next() -> Int32 {
        while true {
            let number = host_wait_for_signal()
            if number > 0 { return number }
        }
    }
}
