package import HTTPDecoding

extension AuditReading {
    /// A reading of exchanges that another program wrote down: no packets, no connections, no keys.
    package init(exchanges: [HTTPExchange]) {
        var totals = AuditTotals()
        totals.requests = exchanges.count
        self.init(exchanges: exchanges, connections: [], totals: totals, warnings: [])
    }
}
