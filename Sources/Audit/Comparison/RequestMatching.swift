import HTTPDecoding

/// Matches the requests of runs: which request of one run means the same as which of another.
struct RequestMatching {
    /// The requests of one group: for each run, the ones that belong to it.
    typealias Group = (key: RequestGroup, runs: [[RequestFields]])

    private let equate: [String: String]

    /// A matching under which each host that is a key of `equate` counts as its value.
    init(equate: [String: String]) { self.equate = equate }

    /// The groups of `runs`, in order.
    func groups(_ runs: [RunRecording]) -> [Group] {
        var kinds: [RequestGroup: [[RequestFields]]] = [:]
        for (index, run) in runs.enumerated() {
            for request in run.requests {
                kinds[key(request), default: Array(repeating: [], count: runs.count)][index].append(request)
            }
        }
        var groups: [Group] = []
        for (key, lists) in kinds.sorted(by: { $0.key < $1.key }) { groups += split(key, lists) }
        return groups
    }

    /// Requests of one kind are matched by position if every run that has any has as many; otherwise they are taken together.
    private func split(_ key: RequestGroup, _ lists: [[RequestFields]]) -> [Group] {
        let counts = Set(lists.map(\.count).filter { $0 > 0 })
        guard counts.count == 1, let count = counts.first, count > 1 else { return [(key, lists)] }
        let sorted = lists.map { list in
            list.enumerated().sorted { left, right in
                (Self.shape(left.element), left.offset) < (Self.shape(right.element), right.offset)
            }.map(\.element)
        }
        return (0..<count).map { position in
            var part = key
            part.position = position
            return (part, sorted.map { $0.isEmpty ? [] : [$0[position]] })
        }
    }

    private func key(_ request: RequestFields) -> RequestGroup {
        let message = request.exchange.request
        let host = equate[message.host] ?? message.host
        return RequestGroup(method: message.method, host: host, path: RequestGroup.template(message.path))
    }

    /// The names of the body's members: concurrent requests to one path often differ in them.
    private static func shape(_ request: RequestFields) -> String {
        guard let body = request.parts.first(where: { $0.path == "body" })?.node,
            case .object(let members) = body.content
        else { return "" }
        return members.map(\.name).sorted().joined(separator: ",")
    }
}
