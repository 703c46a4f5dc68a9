import Foundation
import Glibc
import Host
import Testing

/// A directory that goes with its owner.
private final class Scratch {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-host-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The receiving end of `NOTIFY_SOCKET`, as a service manager holds it.
private final class NotifySocket {
    let path: String
    private let handle: FileHandle

    init(_ path: String) throws {
        self.path = path
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        // Invariant: the path is shorter than the field, and the field ends with zeros.
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(100)) }
        // Invariant: every sockaddr_un may be read as a sockaddr, with the length of the former.
        let status = unsafe withUnsafePointer(to: name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(status == 0)
    }

    /// The next message, which is there already: a datagram is delivered before `send` returns.
    func next() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        // Invariant: at most as many bytes are written as the buffer has.
        let count = unsafe recv(handle.fileDescriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

@Suite struct ServiceManagerTests {
    @Test("Each state is one datagram in the form of sd_notify(3)")
    func messages() throws {
        let scratch = try Scratch()
        let socket = try NotifySocket(scratch.path + "/notify")
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket.path]))
        manager.ready("capturing eth0")
        #expect(socket.next() == "READY=1\nSTATUS=capturing eth0")
        manager.alive()
        #expect(socket.next() == "WATCHDOG=1")
        manager.reloading()
        let reloading = socket.next()
        #expect(reloading.hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        let time = Int64(reloading.dropFirst("RELOADING=1\nMONOTONIC_USEC=".count))
        #expect(time.map { $0 > 0 } == true, "\(reloading)")
        manager.stopping()
        #expect(socket.next() == "STOPPING=1")
        #expect(socket.next() == "", "nothing else was sent")
    }

    @Test("Without NOTIFY_SOCKET, or with one that is not there, there is no manager")
    func noManager() throws {
        #expect(ServiceManager(environment: [:]) == nil)
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": "/nowhere/notify"]) == nil)
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": ""]) == nil)
        let long = "/tmp/" + String(repeating: "x", count: 200)
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": long]) == nil)
    }

    @Test("The interval of the watchdog is WATCHDOG_USEC, for this process alone")
    func watchdog() throws {
        let scratch = try Scratch()
        let socket = try NotifySocket(scratch.path + "/notify")
        func interval(_ variables: [String: String]) -> Int64? {
            let environment = variables.merging(["NOTIFY_SOCKET": socket.path]) { first, _ in first }
            return ServiceManager(environment: environment)?.watchdog
        }
        #expect(interval([:]) == nil)
        #expect(interval(["WATCHDOG_USEC": "30000000"]) == 30_000_000_000)
        #expect(interval(["WATCHDOG_USEC": "1", "WATCHDOG_PID": "\(getpid())"]) == 1_000)
        #expect(interval(["WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"]) == nil)
        for text in ["0", "-1", "soon", "", "1.5"] { #expect(interval(["WATCHDOG_USEC": text]) == nil, "\(text)") }
    }

    @Test("An interval beyond the range of nanoseconds is clamped, never negative")
    func hugeWatchdog() throws {
        let scratch = try Scratch()
        let socket = try NotifySocket(scratch.path + "/notify")
        let environment = ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "\(Int64.max)"]
        #expect(ServiceManager(environment: environment)?.watchdog == .max)
    }

    @Test("A manager that is gone costs nothing")
    func goneManager() throws {
        let scratch = try Scratch()
        var socket: NotifySocket? = try NotifySocket(scratch.path + "/notify")
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket?.path ?? ""]))
        socket = nil
        try FileManager.default.removeItem(atPath: scratch.path + "/notify")
        manager.alive()
        manager.stopping()
    }
}

@Suite struct FileWatchTests {
    @Test("A change in a watched directory is noticed once, and others are not")
    func directories() throws {
        let scratch = try Scratch()
        for name in ["watched", "other"] {
            try FileManager.default.createDirectory(
                atPath: "\(scratch.path)/\(name)", withIntermediateDirectories: true)
        }
        let watch = try #require(FileWatch())
        #expect(watch.add(scratch.path + "/watched"))
        #expect(!watch.takeChanges())
        try Data("a".utf8).write(to: URL(fileURLWithPath: scratch.path + "/other/file"))
        #expect(!watch.takeChanges())
        try Data("a".utf8).write(to: URL(fileURLWithPath: scratch.path + "/watched/file"))
        #expect(watch.takeChanges())
        #expect(!watch.takeChanges())
        try FileManager.default.removeItem(atPath: scratch.path + "/watched/file")
        #expect(watch.takeChanges())
    }

    @Test("A change of a watched file is noticed, and of a path that does not exist there is no watch")
    func files() throws {
        let scratch = try Scratch()
        let file = scratch.path + "/rules.yaml"
        try Data("a".utf8).write(to: URL(fileURLWithPath: file))
        let watch = try #require(FileWatch())
        #expect(watch.add(file) && watch.add(file), "watching twice is no error")
        #expect(!watch.add(scratch.path + "/missing"))
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data("bc".utf8))
        try handle.close()
        #expect(watch.takeChanges())
    }

    @Test("Many changes are one answer")
    func bursts() throws {
        let scratch = try Scratch()
        let watch = try #require(FileWatch())
        #expect(watch.add(scratch.path))
        for index in 0..<500 { try Data().write(to: URL(fileURLWithPath: "\(scratch.path)/\(index)")) }
        #expect(watch.takeChanges())
        #expect(!watch.takeChanges())
    }
}

@Suite struct ProcessCapabilitiesTests {
    private let status = """
        Name:\tegret
        Uid:\t1000\t1000\t1000\t1000
        Gid:\t100\t100\t100\t100
        CapInh:\t0000000000000000
        CapPrm:\t0000000000002000
        CapEff:\t0000000000002400
        CapBnd:\t000001ffffffffff
        CapAmb:\t0000000000000400
        NoNewPrivs:\t1
        """

    @Test("The sets of /proc/self/status are read")
    func reading() throws {
        let found = try #require(ProcessCapabilities(status: status))
        #expect(found.permitted == 0x2000 && found.effective == 0x2400 && found.bounding == 0x1FF_FFFF_FFFF)
        #expect(found.ambient == 0x400 && found.noNewPrivileges && found.user == 1_000)
        #expect(found.effective & ProcessCapabilities.capturing != 0)
    }

    @Test("A kernel without ambient capabilities or no_new_privs has none of them")
    func oldKernels() throws {
        let lines = status.split(separator: "\n").filter { !$0.hasPrefix("CapAmb") && !$0.hasPrefix("NoNewPrivs") }
        let found = try #require(ProcessCapabilities(status: lines.joined(separator: "\n")))
        #expect(found.ambient == 0 && !found.noNewPrivileges)
    }

    @Test("Each line that is needed is needed, and must be a number", arguments: ["CapEff", "CapPrm", "CapBnd", "Uid"])
    func missing(name: String) {
        let lines = status.split(separator: "\n").map(String.init)
        #expect(ProcessCapabilities(status: lines.filter { !$0.hasPrefix(name) }.joined(separator: "\n")) == nil)
        let broken = lines.map { $0.hasPrefix(name) ? "\(name):\tzz" : $0 }.joined(separator: "\n")
        #expect(ProcessCapabilities(status: broken) == nil)
    }

    @Test("A text that is cut anywhere is read whole or not at all")
    func cuts() {
        for count in status.indices { _ = ProcessCapabilities(status: String(status[..<count])) }
        #expect(ProcessCapabilities(status: "") == nil)
    }

    @Test("The text of this process is read")
    func own() throws {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        #expect(try #require(ProcessCapabilities(status: text)).user == getuid())
    }

    @Test("A directory may be written if its mode says so")
    func writing() throws {
        let scratch = try Scratch()
        #expect(ProcessCapabilities.mayWrite(scratch.path))
        #expect(!ProcessCapabilities.mayWrite(scratch.path + "/missing"))
    }
}

@Suite struct ProcessTests {
    @Test("The program's own path is that of a file")
    func ownPath() throws {
        let path = try #require(ProgramReplacement.ownPath)
        #expect(FileManager.default.isExecutableFile(atPath: path))
    }

    @Test("A program that cannot be run is a reason, and this one continues")
    func noProgram() {
        #expect(ProgramReplacement.run("/nowhere/program", ["--help"]) == "No such file or directory")
        #expect(ProgramReplacement.run("/etc/passwd", []) == "Permission denied")
    }

    @Test("What is no terminal has no columns")
    func columns() throws {
        let pipe = Pipe()
        #expect(StandardDescriptors.columns(of: pipe.fileHandleForWriting.fileDescriptor) == nil)
        #expect(StandardDescriptors.columns(of: -1) == nil)
    }

    @Test(
        "A user that is none is an error that says what would be right",
        arguments: ["no-such-user-here", "1:2:3", "-1", "", "4294967296", "1:", ":1", "1:x"])
    func noUser(name: String) {
        #expect(throws: HostError("there is no user \(name); a name or USER:GROUP as numbers is right")) {
            try SystemUser(named: name)
        }
    }
}
