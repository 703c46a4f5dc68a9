import Foundation
import Host
import Testing

/// Directories for a probe, for as long as it lives.
private final class Place {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
        for name in ["readable", "writable", "forbidden"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(name)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
            try "text".write(toFile: "\(path)/\(name)/file", atomically: true, encoding: .utf8)
        }
        for name in ["", "/readable", "/writable", "/forbidden"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path + name)
        }
        try FileManager.default.createSymbolicLink(
            atPath: path + "/readable/link", withDestinationPath: path + "/forbidden/file")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// What the probe could do, by the names of its tries, and its other lines.
    func probe(_ mode: String, user: String? = nil) throws -> (tries: [String: Bool], notes: [String]) {
        // The probe is beside the tests.
        let directory = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = directory.appendingPathComponent("SandboxProbe")
        process.arguments =
            [mode, path + "/readable", path + "/writable", path + "/forbidden/file"] + [user].compactMap(\.self)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var tries: [String: Bool] = [:]
        var notes: [String] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 2, words[1] == "done" || words[1] == "refused" {
                tries[String(words[0])] = words[1] == "done"
            } else {
                notes.append(String(line))
            }
        }
        return (tries, notes)
    }
}

/// What egret needs after its start.
private let needed: Set<String> = [
    "read-readable", "write-writable", "rename-writable", "remove-writable", "thread", "change-mode",
]
/// What it must not be able to do after its start, though the same process could before.
private let forbidden: Set<String> = [
    "write-readable", "read-forbidden", "read-through-readable", "read-forbidden-on-thread", "socket-internet",
    "socket-internet6", "socket-unix", "socket-netlink", "spawn", "executable-memory", "ptrace", "set-user-id",
    "create-set-user-id",
]
/// What could be done with a packet socket that is open, beside receiving.
private let packetTries: Set<String> = [
    "packet-send", "packet-send-wide", "packet-write", "packet-writev", "packet-sendmsg", "packet-sendmmsg",
    "packet-pwrite64", "packet-pwritev", "packet-connect", "packet-bind", "packet-promiscuous", "packet-leave",
    "packet-dup", "packet-dup2", "packet-dup3", "packet-fcntl", "descriptor-passing",
]

@Test func withoutTheSandboxTheProbeMayDoAllOfIt() throws {
    let (tries, _) = try Place().probe("free")
    for name in needed.union(forbidden) { #expect(tries[name] == true, "\(name)") }
    // It became another program, which says nothing.
    #expect(tries["exec"] == nil)
}

@Test func inTheSandboxTheProbeMayDoWhatItNeedsAndNothingElse() throws {
    guard Sandbox.landlockVersion > 0, Sandbox.hasSystemCallFilters else {
        print("skipped: this kernel has no Landlock or no seccomp filters")
        return
    }
    let (tries, notes) = try Place().probe("inside")
    #expect(notes.contains("sandbox files true calls true"), "\(notes)")
    for name in needed { #expect(tries[name] == true, "\(name)") }
    for name in forbidden.union(["exec", "socket-packet", "mount"]) { #expect(tries[name] == false, "\(name)") }
    #expect(notes.contains { $0.hasPrefix("effective 0000000000000000 permitted 0000000000000000") }, "\(notes)")
    #expect(notes.contains { $0.hasPrefix("no_new_privs 1 seccomp 2") }, "\(notes)")
}

@Test func aPacketSocketCanOnlyBeReceivedFromInTheSandbox() throws {
    let (free, notes) = try Place().probe("free")
    guard !notes.contains("no packet socket"), Sandbox.hasSystemCallFilters else {
        print("skipped: a packet socket needs CAP_NET_RAW, and its limits seccomp filters")
        return
    }
    for name in packetTries.union(["packet-receive"]) { #expect(free[name] == true, "\(name) without the sandbox") }
    let (inside, _) = try Place().probe("inside")
    for name in packetTries { #expect(inside[name] == false, "\(name) in the sandbox") }
    #expect(inside["packet-receive"] == true)
}

@Test("The process becomes another user for good, and keeps no capability and no group")
func theProbeBecomesAnotherUserForGood() throws {
    guard getuid() == 0 else {
        print("skipped: becoming another user needs root")
        return
    }
    let (tries, notes) = try Place().probe("inside", user: "65534:65534")
    for name in needed { #expect(tries[name] == true, "\(name)") }
    #expect(tries["become-root"] == false)
    #expect(notes.contains { $0.hasSuffix("bounding 0000000000000000") }, "\(notes)")
    #expect(notes.contains { $0.hasSuffix("user 65534 groups ''") }, "\(notes)")
}

@Test func aUserIsANameOrNumbers() throws {
    #expect(try SystemUser(named: "root").user == 0)
    let numbers = try SystemUser(named: "1000:100")
    #expect(numbers.user == 1_000 && numbers.group == 100)
    #expect(try SystemUser(named: "1000").group == 1_000)
    #expect(throws: HostError.self) { try SystemUser(named: "no-such-user-here") }
    #expect(throws: HostError.self) { try SystemUser(named: "1:2:3") }
}
