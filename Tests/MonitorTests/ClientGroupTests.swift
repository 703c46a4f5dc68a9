import Bytes
import Foundation
import Rules
import Testing
import Vendors

@testable import Monitor

@Suite struct ClientGroupTests {
    /// The groups of a file of `text`, whose path is given to `body`.
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func theLongestBlockGivesTheGroup() throws {
        let text =
            "# who is where\n10.0.0.0/8 staff\n\t10.1.0.0/16   research # two floors\n\n10.1.2.3 lab\n2001:db8::/32 staff\n"
        try withFile(text) { path in
            let groups = try ClientGroups(file: path)
            let expected = ["10.9.9.9": "staff", "10.1.9.9": "research", "10.1.2.3": "lab", "2001:db8::1": "staff"]
            for (address, group) in expected {
                #expect(try groups.group(of: #require(IPAddress(address))) == group)
            }
            #expect(try groups.group(of: #require(IPAddress("192.0.2.1"))) == nil)
            #expect(try groups == ClientGroups(file: path) && groups != ClientGroups())
        }
    }

    @Test func everyLineThatIsNoneIsAnErrorAtItsPlace() throws {
        try withFile("10.0.0.0/8 staff\n10.0.0.0/33 x\n10.1.0.0/16\nstaff 10.2.0.0/16\n10.3.0.0/16 two words\n") {
            path in
            let errors = #expect(throws: CatalogErrors.self) { try ClientGroups(file: path) }
            let places = (2...5).map { "\(path):\($0):1: " }
            #expect(zip(errors?.errors ?? [], places).allSatisfy { $0.description.hasPrefix($1) })
            #expect(errors?.errors.count == places.count)
            #expect(errors?.errors.first?.description.contains("such as '10.1.0.0/16 research'") == true)
        }
        #expect(throws: CatalogErrors.self) { try ClientGroups(file: "/no/such/file") }
    }

    /// No one could say which of two groups a client is of; lines may end as they do on Windows.
    @Test func aBlockThatStandsTwiceIsAnError() throws {
        try withFile("10.1.0.0/16 one\r\n10.2.0.0/16 two\r\n10.1.9.9/16 three\r\n") { path in
            let errors = #expect(throws: CatalogErrors.self) { try ClientGroups(file: path) }
            #expect(errors?.errors.count == 1)
            #expect(errors?.errors.first?.description.hasPrefix("\(path):3:1: ") == true)
            #expect(errors?.errors.first?.description.contains("has a group already, in line 1") == true)
        }
        try withFile("10.1.0.0/16 one\r\n10.2.0.0/16 two\r\n") { path in
            let address = try #require(IPAddress("10.2.3.4"))
            #expect(try ClientGroups(file: path).group(of: address) == "two")
        }
    }

    /// From the file to a rule that asks for the group, and to the event.
    @Test func aRuleJudgesByTheGroupOfTheClient() throws {
        let rules = "version: 1\nrules:\n- {id: lab, match: {src.group: lab, ai.vendor: {exists: true}}}\n"
        try withFile("0.0.0.0/0 lab\n") { path in
            try withFile(rules) { rulePath in
                var configuration = Project.reading("a-relay-n5")
                configuration.catalogDirectories = ["\(Project.root)/rules/vendors"]
                configuration.sources = ["\(Project.root)/docs/demo/office.pcap"]
                configuration.groupsFile = path
                configuration.rulePaths = [rulePath]
                let knowledge = try ReferenceData(configuration)
                let record = try OfflineRun.record(
                    [.alerts, .observations], configuration: configuration, referenceData: knowledge
                ).record
                #expect(record.alerts.map(\.ruleID).contains("lab"))
                #expect(record.observations.allSatisfy { $0.observation.sourceGroup == "lab" })
                #expect(configuration.knowledgePaths.contains(path))
            }
        }
    }
}
