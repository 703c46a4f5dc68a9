import ArgumentParser
import Testing

@testable import egret

@Test func wrongUsageEndsWithTwoAndSaysWhatIsRight() {
    for (arguments, words) in [
        (["verify"], "directory"), (["verify", "--format", "xml", "d"], "xml"), (["nothing"], "nothing"),
        (["resolve", "--privacy-key", "k", "--audit", "d", "--reason", "r", "198.51.100.300"], "198.51.100.300"),
        (["resolve", "--privacy-key", "k", "--audit", "d", "--reason", " ", "198.51.100.3"], "--reason"),
        (["catalog", "check", "--on", "tomorrow"], "2026-11-22"),
        (["rules", "replay", "--rules", "a", "x.pcap"], "twice"),
        (["watch", "--http-listen", "0.0.0.0:80"], "http.listen_exposed"),
        (["watch", "--evidence-anchor", "/var/log"], "outside the machine"),
    ] {
        let result = egret(arguments)
        #expect(result.status == 2 && result.errors.contains(words), "\(arguments): \(result)")
    }
}

@Test func whatWasTypedIsEscapedInAnError() {
    let result = egret("verify", "--format", "\u{1B}[31m\u{202E}x", "d")
    #expect(result.status == 2 && !result.errors.contains("\u{1B}") && !result.errors.contains("\u{202E}"), "\(result)")
}

@Test func keysHeadsAndAnchorsMayBeGivenSeveralTimes() throws {
    let command = try #require(
        try Egret.parseAsRoot([
            "verify", "--public-key", "a", "--public-key", "b", "--head", "00", "--head", "11", "--anchors", "f",
            "--strict", "dir",
        ]) as? VerifyCommand)
    #expect(command.publicKey == ["a", "b"] && command.head == ["00", "11"] && command.anchors == "f")
    #expect(command.strict && command.anchorOutput == "file" && command.directory == "dir")
}

@Test func everySettingOfALiveRunIsAFlag() throws {
    let help = Egret.helpMessage(for: WatchCommand.self)
    for flag in ["--evidence-anchor", "--anchor-interval", "--rebind", "--http-host", "--sandbox", "--interface"] {
        #expect(help.contains(flag), "\(flag)")
    }
    #expect(!Egret.helpMessage(for: AnalyzeCommand.self).contains("--rebind"))
}
