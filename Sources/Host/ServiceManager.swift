import CHost
import Glibc

/// The service manager that started the process and wants to hear how it is: sd_notify(3), where `NOTIFY_SOCKET` names a
/// socket.
///
/// The protocol is one datagram a message. The socket is opened at once, so that it serves after sockets are out of reach.
/// A message that does not arrive is no fault of the process, and is not tried again.
public final class ServiceManager: Sendable {
    private let descriptor: Int32
    /// How often the manager wants a sign of life at the least, in nanoseconds; `nil` if it wants none.
    public let watchdog: Int64?

    /// The manager that the environment names; `nil` if there is none.
    public init?(environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"] else { return nil }
        // Invariant: the path is a terminated copy for the call.
        descriptor = unsafe host_connect_datagram(path)
        guard descriptor >= 0 else { return nil }
        let isMine = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        let interval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdog = isMine ? interval.map { $0.multipliedReportingOverflow(by: 1_000).partialValue } : nil
    }

    deinit { close(descriptor) }

    /// It captures, and its outputs are open; also after a reload.
    public func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

    /// It reads rules and catalog again.
    public func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(Self.microseconds)") }

    /// It ends.
    public func stopping() { send("STOPPING=1") }

    /// It lives.
    public func alive() { send("WATCHDOG=1") }

    private func send(_ message: String) {
        // Invariant: as many bytes are read as the text has, during the call.
        _ = unsafe Glibc.send(descriptor, message, message.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// The monotonic clock, by which the manager orders messages and by which nothing else goes here.
    private static var microseconds: Int64 {
        var time = timespec()
        // Invariant: the structure is written only during the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
