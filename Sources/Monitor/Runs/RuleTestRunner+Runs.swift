import Bytes
import Capture
import Events
import Protocols
import PublicSuffix
public import Rules
import Vendors

extension RuleTestRunner {
    /// A runner that names and follows flows as a run with `knowledge` does: by its catalog, and for tests with captures
    /// by an offline run in memory. A capture with more than 100,000 moments of flows is none for a test of a rule.
    public init(_ knowledge: ReferenceData) {
        var knowledge = knowledge
        // Observations come before any rule; the test's own engine judges them.
        knowledge.rules = RuleSet()
        let known = knowledge
        self.init { host, source in
            let names = [NameEvidence(name: host, source: source)]
            return known.catalog.attribute(names: names, server: IPAddress(ipv4: 0))
        } domain: {
            PublicSuffixList.registrableDomain(of: $0)
        } capture: { path in
            Self.observations(of: path, known)
        }
    }

    private static func observations(
        of path: String, _ knowledge: ReferenceData
    ) -> [(observation: Observation, trigger: Trigger)]? {
        let sensor = SensorIdentity(id: "test", version: "", boot: "test")
        let configuration = Configuration(sensor: sensor, mode: .offline, sources: [path])
        do throws(CaptureError) {
            let record = try OfflineRun.record(.observations, configuration: configuration, referenceData: knowledge)
                .record
            return record.omitted == 0 ? record.observations : nil
        } catch {
            return nil
        }
    }
}
