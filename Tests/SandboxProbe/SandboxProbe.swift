// A process that enters the sandbox and then tries what it must not be able to do, and what it must. Every try is a line
// `NAME done` or `NAME refused NUMBER`. Used by HostTests; it is in no product.
//
// usage: SandboxProbe free|inside READABLE-DIRECTORY WRITABLE-DIRECTORY FORBIDDEN-FILE [USER]
import CHost
import Foundation
import Glibc
import Host

private func line(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

private func say(_ name: String, _ isDone: Bool) {
    let code = errno
    line(isDone ? "\(name) done" : "\(name) refused \(code)")
}

private func tries(_ name: String, socket domain: Int32, _ type: Int32) {
    let descriptor = socket(domain, type, 0)
    say(name, descriptor >= 0)
    if descriptor >= 0 { close(descriptor) }
}

private func opens(_ name: String, _ path: String, _ flags: Int32) {
    let descriptor = unsafe open(path, flags, 0o600)
    say(name, descriptor >= 0)
    if descriptor >= 0 { close(descriptor) }
}

/// Whether a process could be started; it does nothing.
private func spawns() -> Bool {
    var child: pid_t = 0
    var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
    let status = unsafe posix_spawn(&child, "/bin/true", nil, nil, &words, nil)
    if status != 0 { errno = status }
    return status == 0
}

private func maps() -> Bool {
    let place = unsafe mmap(nil, 4_096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return unsafe place != MAP_FAILED
}

/// Whether another thread runs, and is held as this one.
private func threads(_ forbidden: String) {
    let group = DispatchGroup()
    group.enter()
    let thread = Thread {
        opens("read-forbidden-on-thread", forbidden, O_RDONLY)
        group.leave()
    }
    thread.start()
    group.wait()
    say("thread", true)
}

private func status(_ key: String) -> String {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
    return line.map { $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) } ?? "?"
}

/// A packet socket that receives from the loopback; below zero if this process may have none.
private func openPacketSocket() -> Int32 {
    let packets = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), Int32(UInt16(0x0003).bigEndian))
    if packets >= 0 { _ = binds(packets) }
    return packets
}

/// The number of the loopback interface, in every network namespace.
private nonisolated var loopback: Int32 { 1 }

/// A `sockaddr_ll` of the loopback.
private nonisolated var packetAddress: [UInt8] {
    [17, 0, 0x00, 0x03] + [UInt8(loopback), 0, 0, 0] + [0, 0, 0, 6] + [UInt8](repeating: 0, count: 8)
}

private func binds(_ packets: Int32) -> Bool {
    unsafe packetAddress.withUnsafeBytes { bytes in
        guard let name = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
        return unsafe bind(packets, name, socklen_t(bytes.count)) == 0
    }
}

/// What someone might try with a packet socket that is open. The frames are of an experimental type and reach the loopback.
private func triesPacketSocket(_ packets: Int32) {
    let frame =
        [UInt8](repeating: 0, count: 12) + [0x88, 0xB5] + Array("egret-probe".utf8) + [UInt8](repeating: 0, count: 40)
    say("packet-send", unsafe send(packets, frame, frame.count, 0) > 0)
    say("packet-write", unsafe write(packets, frame, frame.count) > 0)
    say("packet-send-wide", unsafe host_send_wide(packets, frame, frame.count) > 0)
    var message = unsafe msghdr()
    say("packet-sendmsg", unsafe sendmsg(packets, &message, 0) >= 0 || errno != EPERM)
    say("packet-writev", unsafe writev(packets, [iovec()], 0) >= 0 || errno != EPERM)
    for name in ["sendmmsg", "pwrite64", "pwritev", "connect", "dup3"] {
        let number = unsafe seccomp_syscall_resolve_name(name)
        say("packet-" + name, host_is_let_through(Int(number), packets) != 0)
    }
    say("packet-bind", binds(packets))
    let membership: [UInt8] = [UInt8(loopback), 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 10)
    say("packet-promiscuous", unsafe setsockopt(packets, 263, 1, membership, 16) == 0)
    say("packet-leave", unsafe setsockopt(packets, 263, 2, membership, 16) == 0)
    say("packet-dup", dup(packets) >= 0)
    say("packet-dup2", dup2(packets, 200) >= 0)
    say("packet-fcntl", host_duplicate(packets) >= 0)
    var pair: [Int32] = [0, 0]
    say("descriptor-passing", unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    var buffer = [UInt8](repeating: 0, count: 2_048)
    say("packet-receive", unsafe recv(packets, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 || errno == EAGAIN)
}

let words = CommandLine.arguments
guard words.count >= 5 else { exit(2) }
let (readable, writable, forbidden) = (words[2], words[3], words[4])
let packets = openPacketSocket()
if words[1] == "inside" {
    var limits = Sandbox.Limits()
    limits.readable = [readable, "/proc/self/status"]
    limits.writable = [writable]
    limits.packetSockets = packets >= 0 ? [packets] : []
    do {
        let user = words.count > 5 ? try SystemUser(named: words[5]) : nil
        let outcome = try Sandbox(user: user, limits: limits).enter()
        line("sandbox files \(outcome.limitsFiles) calls \(outcome.limitsCalls)")
    } catch {
        line("sandbox failed: \(error)")
        exit(1)
    }
}
opens("read-readable", readable + "/file", O_RDONLY)
opens("write-readable", readable + "/new", O_WRONLY | O_CREAT)
opens("write-writable", writable + "/new", O_WRONLY | O_CREAT)
say("rename-writable", unsafe rename(writable + "/new", writable + "/newer") == 0)
say("remove-writable", unsafe unlink(writable + "/newer") == 0)
say("set-user-id", unsafe chmod(writable + "/file", 0o4755) == 0)
let marked = unsafe open(writable + "/marked", O_WRONLY | O_CREAT, 0o4755)
say("create-set-user-id", marked >= 0)
let plain = unsafe open(writable + "/plain", O_WRONLY | O_CREAT, 0o600)
say("change-mode", unsafe plain >= 0 && fchmod(plain, 0o640) == 0 && chmod(writable + "/plain", 0o600) == 0)
for name in ["plain", "marked"] { _ = unsafe unlink(writable + "/" + name) }
if packets >= 0 { triesPacketSocket(packets) } else { line("no packet socket") }
opens("read-forbidden", forbidden, O_RDONLY)
opens("read-through-readable", readable + "/link", O_RDONLY)
threads(forbidden)
tries("socket-packet", socket: AF_PACKET, Int32(SOCK_RAW.rawValue))
tries("socket-internet", socket: AF_INET, Int32(SOCK_STREAM.rawValue))
tries("socket-internet6", socket: AF_INET6, Int32(SOCK_DGRAM.rawValue))
tries("socket-unix", socket: AF_UNIX, Int32(SOCK_STREAM.rawValue))
tries("socket-netlink", socket: AF_NETLINK, Int32(SOCK_RAW.rawValue))
say("spawn", spawns())
say("executable-memory", maps())
say("become-root", setuid(0) == 0)
say("ptrace", kill(getppid(), 0) == 0)
say("mount", unsafe mount("none", writable, "tmpfs", 0, nil) == 0)
line("effective \(status("CapEff")) permitted \(status("CapPrm")) bounding \(status("CapBnd"))")
line("no_new_privs \(status("NoNewPrivs")) seccomp \(status("Seccomp")) user \(getuid()) groups '\(status("Groups"))'")
var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
let outcome = unsafe execv("/bin/true", &arguments)
say("exec", outcome == 0)
