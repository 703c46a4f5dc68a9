import Bytes

extension ReportModel {
    /// Takes a flow event.
    mutating func takeFlow(_ bytes: RawSpan, at time: Timestamp, of run: UInt64) {
        guard let id = flowID(bytes) else { return }
        let vendor = texts.number(of: line[.vendor], bytes)
        let product = texts.number(of: line[.product], bytes)
        let isAI = line.has(.role) || line.isTrue(.relaySuspected)
        let attribution = isAI ? (UInt64(vendor) << 32 | UInt64(product)) &+ 2 : 1
        let key = OpenFlows.Key(run: UInt32(truncatingIfNeeded: run ^ run >> 32), flow: id)
        let isCounted = query.contains(time)
        var use = use(bytes, time)
        let known = takeGrowth(&use, of: key, in: bytes, countedAs: isCounted ? attribution : nil)
        use.isFirst = known != attribution
        guard isCounted else { return }
        runs[run]?.hasFlows = true
        guard isAI else {
            if line.has(.farHost) { other.add(use) } else { unnamed.add(use) }
            return
        }
        add(use, values(bytes, at: time, vendor: vendor, product: product), in: bytes)
    }

    private mutating func add(_ use: FlowUse, _ values: DimensionValues, in bytes: RawSpan) {
        for condition in query.conditions where !condition.holds(texts[values[condition.dimension]]) { return }
        if line.isTrue(.relaySuspected) {
            relays.add(line, bytes, host: values[.host], source: values[.source], use: use)
            guard line.has(.role) else {
                addUsage(use, relayValues(values))
                return
            }
        }
        addUsage(use, values[.vendor] == TextPool.none ? sharedValues(values) : values)
    }

    /// A host that many vendors use is listed under a name that no vendor has.
    private mutating func sharedValues(_ values: DimensionValues) -> DimensionValues {
        var values = values
        values[.vendor] = texts.number(of: "(shared)")
        return values
    }

    private mutating func addUsage(_ use: FlowUse, _ values: DimensionValues) {
        all.add(use)
        if allSources.count < UsageTable.sourceLimit { allSources.insert(values[.source]) }
        usage.add(use, values)
        for index in facets.indices { facets[index].add(use, values) }
    }

    /// A suspected relay is listed under a name that no vendor has.
    private mutating func relayValues(_ values: DimensionValues) -> DimensionValues {
        var values = values
        let name = texts.number(of: "(suspected relay)")
        for dimension in [Dimension.vendor, .product, .role] where values[dimension] == TextPool.none {
            values[dimension] = dimension == .vendor ? name : texts.number(of: "-")
        }
        return values
    }

    private mutating func values(
        _ bytes: RawSpan, at time: Timestamp, vendor: UInt32, product: UInt32
    ) -> DimensionValues {
        var values = DimensionValues()
        values[.vendor] = vendor
        values[.product] = product
        for dimension in [Dimension.source, .group, .role, .category, .country, .client, .evidence, .sensor] {
            guard let field = dimension.field else { continue }
            values[dimension] = texts.number(of: line[field], bytes)
        }
        values[.host] = texts.number(of: line[line.has(.farHost) ? .farHost : .farIP], bytes)
        (values[.day], values[.hour]) = calendar.numbers(at: time, query.clock, &texts)
        return values
    }

    /// The flow's moments and how sure its attribution is; its first packet not before the period.
    private func use(_ bytes: RawSpan, _ time: Timestamp) -> FlowUse {
        var use = FlowUse()
        use.start = max(line.time(.flowStart, bytes) ?? time, query.from ?? .distantPast)
        use.end = max(use.start, min(line.time(.flowEnd, bytes) ?? time, time))
        use.isComplete = line.isTrue(.evidenceComplete)
        if line.isText(.confidence, "high", in: bytes) {
            use.confidence = .high
        } else if line.isText(.confidence, "medium", in: bytes) {
            use.confidence = .medium
        }
        return use
    }

    /// Sets what the report adds to those before it, remembers its totals, and returns under what attribution the flow
    /// was counted in the period.
    private mutating func takeGrowth(
        _ use: inout FlowUse, of key: OpenFlows.Key, in bytes: RawSpan, countedAs: UInt64?
    ) -> UInt64 {
        var totals = OpenFlows.Totals()
        totals.bytesUp = line.integer(.flowBytesUp, bytes) ?? 0
        totals.bytesDown = line.integer(.flowBytesDown, bytes) ?? 0
        totals.requests = estimate(.requests, low: .requestsLow, high: .requestsHigh, in: bytes)
        totals.interactions = estimate(.interactions, low: .interactionsLow, high: .interactionsHigh, in: bytes)
        let isFinal = line.isTrue(.flowFinal)
        let isOnly = isFinal && line.integer(.flowPart, bytes) == 1
        let before = isOnly ? nil : open.take(key)
        use.growth.isCounted = line.has(.requests)
        if let before {
            use.growth.bytesUp = max(0, totals.bytesUp &- before.bytesUp)
            use.growth.bytesDown = max(0, totals.bytesDown &- before.bytesDown)
            use.growth.requests = totals.requests.growth(since: before.requests)
            use.growth.interactions = totals.interactions.growth(since: before.interactions)
        } else {
            setGrowth(&use.growth, totals, in: bytes)
        }
        if !isFinal {
            totals.countedAs = countedAs ?? before?.countedAs ?? 0
            open.put(totals, key)
        }
        return before?.countedAs ?? 0
    }

    /// The growth by what the report itself says of it: the reports before it were not read. Their bounds are not known, so the
    /// lower one is 0 and the upper one the flow's.
    private func setGrowth(_ growth: inout FlowGrowth, _ totals: OpenFlows.Totals, in bytes: RawSpan) {
        let isFirst = line.integer(.flowPart, bytes).map { $0 <= 1 } ?? true
        growth.bytesUp = isFirst ? totals.bytesUp : line.integer(.deltaUp, bytes) ?? totals.bytesUp
        growth.bytesDown = isFirst ? totals.bytesDown : line.integer(.deltaDown, bytes) ?? totals.bytesDown
        growth.requests = totals.requests
        growth.interactions = totals.interactions
        guard !isFirst else { return }
        growth.requests.value = line.integer(.deltaRequests, bytes) ?? totals.requests.value
        growth.interactions.value = line.integer(.deltaInteractions, bytes) ?? totals.interactions.value
        growth.requests.low = min(0, growth.requests.value)
        growth.interactions.low = min(0, growth.interactions.value)
    }

    private func estimate(
        _ value: EventField, low: EventField, high: EventField, in bytes: RawSpan
    ) -> Estimate {
        let number = line.integer(value, bytes) ?? 0
        return Estimate(
            value: number, low: line.integer(low, bytes) ?? number, high: line.integer(high, bytes) ?? number)
    }

    /// `flow.id` as a number; `nil` if it is not one.
    private func flowID(_ bytes: RawSpan) -> UInt64? {
        let range = line[.flowID].range
        guard line[.flowID].kind == .text, range.count == 16 else { return nil }
        var id: UInt64 = 0
        for offset in range {
            guard let byte = bytes.byte(at: offset), let digit = Self.digit(byte) else { return nil }
            id = id << 4 | digit
        }
        return id
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte &- 0x30)
        case 0x61...0x66: UInt64(byte &- 0x57)
        default: nil
        }
    }
}
