import Delivery
import Events
import Foundation
import Host
import Settings
import Testing

@testable import Monitor

/// Rights as a process of user `user` has them whose capability to capture is in `sets`.
private func rights(user: UInt32 = 0, effective: Bool = false, bounding: Bool = true, noNewPrivileges: Bool = false)
    throws
    -> ProcessCapabilities
{
    let (yes, no) = ("0000000000002000", "0000000000000000")
    return try #require(
        ProcessCapabilities(
            status: """
                Name:\tegret
                Uid:\t\(user)\t\(user)\t\(user)\t\(user)
                CapInh:\t\(no)
                CapPrm:\t\(effective ? yes : no)
                CapEff:\t\(effective ? yes : no)
                CapBnd:\t\(bounding ? yes : no)
                CapAmb:\t\(no)
                NoNewPrivs:\t\(noNewPrivileges ? 1 : 0)
                """))
}

private func doctor(_ rights: ProcessCapabilities?, sources: [String] = []) -> Doctor {
    let sensor = SensorIdentity(id: "s", version: "1", boot: "b")
    return Doctor(
        Configuration(sensor: sensor, mode: .live, sources: sources), rights: rights, program: "/usr/bin/egret")
}

@Test("Without the right to capture, the doctor names the one line that gives it in this place")
func theDoctorNamesTheLineThatMends() throws {
    func fix(_ rights: ProcessCapabilities) -> String? {
        let findings = doctor(rights).checkRights()
        #expect(findings.map(\.level) == [.fault])
        return findings.first?.fix
    }
    // A container for a user other than root: neither --cap-add nor the file's capabilities would help.
    #expect(
        try fix(rights(user: 1_000, bounding: false))?.contains("--user 0 --cap-drop ALL --cap-add NET_RAW") == true)
    #expect(try fix(rights(user: 0, bounding: false))?.contains("--cap-add NET_RAW") == true)
    #expect(try fix(rights(user: 1_000)) == "sudo setcap cap_net_raw=ep /usr/bin/egret")
    #expect(try fix(rights(user: 1_000, noNewPrivileges: true))?.hasPrefix("AmbientCapabilities=CAP_NET_RAW") == true)
    #expect(try doctor(rights(effective: true)).checkRights().map(\.level) == [.ok])
    #expect(doctor(nil).checkRights().map(\.level) == [.warning])
}

@Test func whatIsNoStatusIsNone() {
    #expect(ProcessCapabilities(status: "") == nil)
    #expect(ProcessCapabilities(status: "CapEff:\tx\nCapPrm:\t0\nCapBnd:\t0\nUid:\t0\t0\t0\t0") == nil)
    let own = Doctor.ownRights
    #expect(own?.user == getuid())
}

@Test func anInterfaceThatIsNotThereIsAFaultThatListsThoseThereAre() throws {
    guard getuid() == 0 else {
        print("skipped: a live capture needs root")
        return
    }
    let findings = doctor(nil).checkInterface("no-such-if0")
    #expect(findings.map(\.level) == [.fault])
    #expect(findings.first?.text.contains("there is no such interface") == true)
    #expect(doctor(nil).checkInterface("lo").first?.level == .ok)
}

@Test("A snapshot length that cuts what offloads join is told with the commands that fix it")
func aShortSnapshotLengthIsTold() throws {
    guard getuid() == 0 else {
        print("skipped: a live capture needs root")
        return
    }
    // The loopback interface always joins and cuts segments.
    var short = doctor(nil)
    var configuration = short.configuration
    configuration.snapshotLength = 1_500
    short = Doctor(configuration, rights: nil, program: "egret")
    let warnings = short.checkInterface("lo").filter { $0.level == .warning }
    #expect(warnings.first?.fix?.contains("ethtool -K lo gro off") == true, "\(warnings)")
    #expect(doctor(nil).checkInterface("lo").allSatisfy { $0.level == .ok })
}

/// A directory of its own, with what `body` finds out about a configuration that uses it.
private func inDirectory(_ body: (String, inout Configuration) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var configuration = doctor(nil).configuration
    try body(directory, &configuration)
}

private func examined(_ configuration: Configuration, _ rights: ProcessCapabilities? = nil) -> Doctor {
    Doctor(configuration, rights: rights, program: "egret")
}

@Test func aDirectoryThatCannotBeWrittenToIsAFault() throws {
    try inDirectory { directory, configuration in
        configuration.stateDirectory = directory
        #expect(examined(configuration).checkDirectories().map(\.level) == [.ok])
        // What is missing is made, with those above it.
        configuration.stateDirectory = directory + "/a/b"
        #expect(examined(configuration).checkDirectories().map(\.level) == [.ok])
        try Data().write(to: URL(fileURLWithPath: directory + "/file"))
        configuration.stateDirectory = directory + "/file/a"
        #expect(examined(configuration).checkDirectories().map(\.level) == [.fault])
        configuration.stateDirectory = directory
        configuration.hardening.user = "\(getuid() + 1)"
        let other = examined(configuration).checkDirectories()
        #expect(other.map(\.level) == [.fault] && other.first?.fix?.hasPrefix("chown") == true)
    }
}

@Test func rootIsAnOrdinaryUserOnceItsCapabilitiesAreGone() throws {
    guard getuid() == 0 else {
        print("skipped: only root may give a directory away")
        return
    }
    try inDirectory { directory, configuration in
        configuration.stateDirectory = directory
        try FileManager.default.setAttributes(
            [.ownerAccountID: 65_534, .posixPermissions: 0o750], ofItemAtPath: directory)
        #expect(examined(configuration, try rights(effective: true)).checkDirectories().map(\.level) == [.fault])
        configuration.hardening.mode = .off
        #expect(examined(configuration, try rights(effective: true)).checkDirectories().map(\.level) == [.ok])
    }
}

@Test func aUserThatIsNotThereIsAFaultWhateverDirectoriesThereAre() throws {
    try inDirectory { directory, configuration in
        configuration.hardening.user = "no-such-user"
        configuration.stateDirectory = directory + "/missing"
        let findings = examined(configuration).checkUser()
        #expect(findings.map(\.level) == [.fault])
        #expect(findings.first?.fix == "useradd --system --no-create-home no-such-user")
        configuration.hardening.user = "0:0"
        #expect(examined(configuration).checkUser().isEmpty)
    }
}

@Test func filesOfKeysAreReadByWhoTheRunBecomes() throws {
    try inDirectory { directory, configuration in
        let key = directory + "/key"
        configuration.privacyKeyFile = key
        #expect(examined(configuration).checkSecrets().map(\.level) == [.fault])
        try Data("x".utf8).write(to: URL(fileURLWithPath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        #expect(examined(configuration).checkSecrets().map(\.level) == [.ok])
        configuration.hardening.user = "\(getuid() + 1)"
        #expect(examined(configuration).checkSecrets().map(\.level) == [.fault])
        #expect(configuration.limits.readable.contains(key))
        configuration.privacyKeyFile = nil
        #expect(examined(configuration).checkSecrets().isEmpty)
        configuration.privacy.sources = .pseudonym
        #expect(examined(configuration).checkSecrets().map(\.subject) == ["privacy"])
    }
}

@Test func rulesThatTheUserMayNotReadAreToldBeforeAReloadFails() throws {
    try inDirectory { directory, configuration in
        let rules = directory + "/rules.yaml"
        try Data("version: 1\n".utf8).write(to: URL(fileURLWithPath: rules))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: rules)
        configuration.rulePaths = [directory]
        #expect(examined(configuration).checkReloads().isEmpty)
        configuration.hardening.user = "\(getuid() + 1)"
        let findings = examined(configuration).checkReloads()
        #expect(findings.map(\.level) == [.warning] && findings.first?.fix == "chmod -R go+rX \(rules)")
    }
}

@Test func aRunWithoutAnInterfaceIsAFault() {
    #expect(doctor(nil).examine().contains { $0.level == .fault && $0.subject == "interface" })
}

@Test func aSocketWithoutItsDirectoryIsAFault() throws {
    try inDirectory { directory, configuration in
        configuration.listensAt = [.unix(directory + "/http.sock")]
        #expect(examined(configuration).checkListening().isEmpty)
        configuration.listensAt = [.unix(directory + "/none/http.sock")]
        #expect(examined(configuration).checkListening().first?.fix == "install -d \(directory)/none")
    }
}
