import Delivery
import Events
import Testing

private func batch(_ count: Int) -> LineBatch {
    var batch = LineBatch()
    for line in Samples.lines(Array(repeating: .alert(Samples.alert()), count: count)) {
        batch.append(line, priority: .high)
    }
    return batch
}

private func target() throws -> ClickHouseTarget {
    try #require(try ClickHouseTarget("clickhouse+http://127.0.0.1:8123/egret"))
}

/// A client whose inserts are answered by `answer`, which gets the number of the try and the address.
private func client(_ answer: @escaping @Sendable (Int, String) -> HTTPPost.Answer) throws -> ClickHouseClient {
    let tries = Lock(0)
    return ClickHouseClient(
        try target(),
        insert: { _, url in
            tries.value += 1
            return (answer(tries.value, url), Array("Code: 1. DB::Exception: words\nmore".utf8))
        }, query: { _, _ in (.status(200), []) })
}

@Test func anAddressOfClickHouseNamesServerAndDatabaseAndNoSecret() throws {
    let found = try #require(try ClickHouseTarget("clickhouse+https://ch.example:8443/logs"))
    #expect(found.server == "https://ch.example:8443" && found.database == "logs")
    #expect(try ClickHouseTarget("clickhouse+http://ch.example:8123")?.database == "egret")
    #expect(try ClickHouseTarget("https://ch.example/") == nil)
    for wrong in [
        "clickhouse+ftp://a/b", "clickhouse+http:///b", "clickhouse+http://a/b/c", "clickhouse+http://a/b;c",
        "clickhouse+x",
    ] {
        #expect(throws: OutputTarget.ParseError.self, "\(wrong)") { try ClickHouseTarget(wrong) }
    }
    do {
        _ = try ClickHouseTarget("clickhouse+https://user:s3cret@ch.example/egret")
        Issue.record("credentials in an address are refused")
    } catch { #expect(!"\(error)".contains("s3cret")) }
    #expect(
        found.queryURL(parameters: [("from", "2026-05-01 00:00:00")]).hasSuffix(
            "&param_from=2026%2D05%2D01%2000%3A00%3A00"))
}

@Test func aBatchForClickHouseIsTriedAgainUnderTheSameToken() throws {
    let addresses = Lock<[String]>([])
    let waited = Lock<Int64>(0)
    let client = try client { number, url in
        addresses.value.append(url)
        return number == 1 ? .failed("refused") : number == 2 ? .status(503) : .status(200)
    }
    var sink = ClickHouseSink(client: client, patience: StopToken { waited.value += $0 })
    let outcome = sink.write(batch(3), now: Samples.start)
    #expect(outcome.written == 3 && outcome.dropped == 0 && outcome.failure == nil)
    #expect(
        addresses.value.count == 3 && Set(addresses.value).count == 1
            && addresses.value[0].contains("insert_deduplication_token="))
    #expect(waited.value == 3_000_000_000)
}

@Test func whatClickHouseRefusesIsCountedWithItsWords() throws {
    var sink = ClickHouseSink(
        client: try client { _, _ in .status(400) }, patience: StopToken { _ in Issue.record("no wait") })
    let outcome = sink.write(batch(4), now: Samples.start)
    #expect(outcome.dropped == 4 && outcome.droppedHigh == 4 && outcome.written == 0)
    #expect(outcome.failure == .system("ClickHouse answers 400: Code: 1. DB::Exception: words"))
}

@Test func aClickHouseThatStaysAwayIsTriedOnceForEachBatchThatComesThen() throws {
    let tries = Lock(0)
    let client = try client { _, _ in
        tries.value += 1
        return tries.value > 10 ? .status(200) : .failed("refused")
    }
    var sink = ClickHouseSink(client: client, interval: 0, patience: StopToken { _ in })
    #expect(sink.write(batch(2), now: Samples.start).dropped == 2 && tries.value == 8)
    #expect(sink.write(batch(2), now: Samples.start).dropped == 2 && tries.value == 9)
    #expect(sink.write(batch(2), now: Samples.start).dropped == 2 && tries.value == 10)
    #expect(sink.write(batch(2), now: Samples.start).written == 2)
}
