// A process that enters the sandbox and then tries what it must not be able to do, and what it must. Every try is a line
// `NAME done` or `NAME refused NUMBER`. Used by HostTests; it is in no product.
//
// usage: SandboxProbe free|inside READABLE-DIRECTORY WRITABLE-DIRECTORY FORBIDDEN-FILE [USER]
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

let words = CommandLine.arguments
guard words.count >= 5 else { exit(2) }
let (readable, writable, forbidden) = (words[2], words[3], words[4])
if words[1] == "inside" {
    var limits = Sandbox.Limits()
    limits.readable = [readable, "/proc/self/status"]
    limits.writable = [writable]
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
