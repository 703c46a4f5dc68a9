import Bytes
import Text

// What allows rather than blocks: network policies, and the proxies of agent sandboxes.

extension CatalogExport {
    /// The names of an entry, with `*.` for all below a suffix; `nil` for what such a list cannot express: an address block,
    /// and a wildcard, since a star there is one label and in these lists any number of them.
    static func allowed(_ match: CatalogEntry.Match) -> [String]? {
        guard case .host(let pattern) = match else { return nil }
        switch pattern.kind {
        case .exact: return [pattern.name]
        case .suffix: return [pattern.name, "*.\(pattern.name)"]
        case .wildcard: return nil
        }
    }

    /// The selectors of Cilium for an entry. A star in `matchPattern` is a part of one label, as in the catalog; it holds for the
    /// names below alone, so that a suffix has its own name beside it.
    static func cilium(_ match: CatalogEntry.Match) -> [String] {
        switch match {
        case .prefix(let prefix): ["\"\(prefix)\""]
        case .host(let pattern):
            switch pattern.kind {
            case .exact: ["matchName: \"\(pattern.name)\""]
            case .suffix: ["matchName: \"\(pattern.name)\"", "matchPattern: \"*.\(pattern.name)\""]
            case .wildcard: ["matchPattern: \"\(pattern.name)\""]
            }
        }
    }

    /// A `CiliumNetworkPolicy` with `selectors`: Cilium learns the addresses of names from DNS answers, so that DNS is allowed
    /// and read as well. It holds for pods with the label `ai-egress: allowed`.
    static func policy(of selectors: [String], note: String) -> [String] {
        let names = selectors.filter { $0.hasPrefix("match") }
        let blocks = selectors.filter { !$0.hasPrefix("match") }
        let ports = "    toPorts: [{ports: [{port: \"443\", protocol: TCP}, {port: \"443\", protocol: UDP}]}]"
        var lines = [
            "# \(note)", "apiVersion: cilium.io/v2", "kind: CiliumNetworkPolicy", "metadata:", "  name: egret-ai",
            "spec:",
            "  endpointSelector:", "    matchLabels: {ai-egress: allowed}", "  egress:", "  - toEndpoints:",
            "    - matchLabels: {\"k8s:io.kubernetes.pod.namespace\": kube-system, k8s-app: kube-dns}", "    toPorts:",
            "    - ports: [{port: \"53\", protocol: ANY}]", "      rules: {dns: [{matchPattern: \"*\"}]}",
        ]
        if !names.isEmpty { lines += ["  - toFQDNs:"] + names.map { "    - \($0)" } + [ports] }
        if !blocks.isEmpty { lines += ["  - toCIDR:"] + blocks.map { "    - \($0)" } + [ports] }
        return lines
    }

    /// The JSON settings of a sandbox runtime.
    static func settings(of names: [String]) -> [String] {
        let list = names.map { "      \(JSONText.quoted($0))" }.joined(separator: ",\n")
        let allowed = names.isEmpty ? "[]" : "[\n\(list)\n    ]"
        return [
            "{", "  \"network\": {", "    \"allowedDomains\": \(allowed),", "    \"deniedDomains\": []", "  }", "}",
        ]
    }
}
