import Bytes
import Foundation
import Testing

@testable import Events

@Test func everyMemberOfTheSamplesIsCollectedOnceInTheOrderOfTheLine() throws {
    for event in Samples.all() {
        var fields = EventFieldCollector()
        fields.event(event, sequence: 7, sensor: Samples.sensor, .full)
        let paths = fields.fields.map(\.path)
        #expect(Set(paths).count == paths.count, "a path is written twice: \(paths)")
        #expect(paths.prefix(5) == ["time", "type", "id", "seq", "boot"])
        var writer = JSONWriter(limit: 1 << 20)
        writer.event(event, sequence: 7, sensor: Samples.sensor, .full)
        let line = String(decoding: writer.bytes, as: UTF8.self)
        var position = line.startIndex
        for path in paths {
            let key = "\"\(path.split(separator: ".").last ?? "")\":"
            let found = try #require(
                line[position...].range(of: key), "\(path) is not in the line after the field before it")
            position = found.upperBound
        }
    }
}

@Test func collectedValuesHaveTheirTypes() {
    var fields = EventFieldCollector()
    fields.beginObject()
    fields.seconds("duration", nanoseconds: 1_500_000_000)
    fields.beginObject("flow")
    fields.integer("bytes_up", UInt64.max)
    fields.bool("final", true)
    fields.endObject()
    fields.beginMap("group")
    fields.string(foreign: "src.ip", "x")
    fields.endObject()
    fields.beginArray("names")
    fields.beginObject()
    fields.string("name", "a")
    fields.endObject()
    fields.endArray()
    fields.endObject()
    #expect(fields["duration"] == .duration(1_500_000_000))
    #expect(fields.number("flow.bytes_up") == .max && fields.isTrue("flow.final"))
    #expect(fields["group"] == .object([("src.ip", .string("x"))]))
    #expect(fields["names"] == .list([.object([("name", .string("a"))])]))
}

@Test func anEmptyMapStaysAValueAndAnEmptyObjectOfTheSchemaDoesNot() {
    var fields = EventFieldCollector()
    fields.beginObject()
    fields.beginMap("group")
    fields.endObject()
    fields.beginObject("net")
    fields.endObject()
    fields.endObject()
    #expect(fields.fields.map(\.path) == ["group"])
}

@Test func momentsBeforeTheEpochRoundDownInMilliseconds() {
    let convert = EventField.Conversion.milliseconds
    #expect(convert.apply(to: .time(Timestamp(nanoseconds: -1))) == .integer(-1))
    #expect(convert.apply(to: .time(Timestamp(nanoseconds: 1_999_999))) == .integer(1))
    #expect(convert.apply(to: .keyword("x")) == nil)
}
