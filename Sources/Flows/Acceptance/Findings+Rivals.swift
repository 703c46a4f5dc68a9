import Protocols

/// Findings of several readings of one stream, put together.
extension Findings {
    /// Nothing but the contradictions.
    var onlyConflicts: Findings {
        var left = Findings()
        left.conflicts = conflicts
        left.preview = preview
        left.shapes = shapes
        return left
    }

    /// Adds what another copy of the stream says; it leads if `leads` or if nothing was recognized here. The names of both
    /// are kept: if there are too many, those that `isListed` says are a vendor's, and the first ones.
    mutating func merge(_ other: Findings, leads: Bool, _ isListed: (String) -> Bool) {
        guard other.hasProtocol else { return }
        guard leads || !hasProtocol else {
            for name in other.names { add(rival: name, isListed) }
            return
        }
        let names = self.names
        application = other.application
        tls = other.tls ?? tls
        http = other.http ?? http
        isViaProxy = isViaProxy || other.isViaProxy
        proxiedClient = proxiedClient ?? other.proxiedClient
        isOpportunisticTLS = isOpportunisticTLS || other.isOpportunisticTLS
        self.names = other.names
        for name in names { add(rival: name, isListed) }
    }

    /// Adds a name; if there are too many, a vendor's takes the place of the latest that is none.
    mutating func add(rival name: NameEvidence, _ isListed: (String) -> Bool) {
        if names.count >= Self.mostNames, !names.contains(where: { $0.name == name.name }), isListed(name.name) {
            guard let place = names.indices.dropFirst().last(where: { !isListed(names[$0].name) }) else { return }
            names.remove(at: place)
        }
        add(evidence: name, first: false)
    }
}
