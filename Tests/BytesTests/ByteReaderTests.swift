import Bytes
import TestSupport
import Testing

@Test func integersAreReadInNetworkOrder() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
    var reader = ByteReader(bytes.rawSpan)
    let byte = try reader.uint8()
    let short = try reader.uint16()
    let triple = try reader.uint24()
    let long = try reader.uint32()
    let quad = try reader.uint64()
    #expect(byte == 0x01 && short == 0x0203 && triple == 0x040506 && long == 0x0708_090A)
    #expect(quad == 0x0B0C_0D0E_0F10_1112)
    let end = (reader.isEmpty, reader.position, reader.count)
    #expect(end == (true, 18, 0))
}

/// The error of a read of two bytes, and how far it moved.
private func outcome(_ read: (inout ByteReader) throws(ParseError) -> Void) -> (error: ParseError?, position: Int) {
    let bytes: [UInt8] = [1, 2]
    var reader = ByteReader(bytes.rawSpan)
    do throws(ParseError) { try read(&reader) } catch { return (error, reader.position) }
    return (nil, reader.position)
}

@Test func aReadPastTheEndThrowsAndMovesNothing() {
    let truncated: (ParseError?, Int) = (.truncated, 0)
    #expect(outcome { reader throws(ParseError) in _ = try reader.uint24() } == truncated)
    #expect(outcome { reader throws(ParseError) in _ = try reader.uint32() } == truncated)
    #expect(outcome { reader throws(ParseError) in _ = try reader.uint64() } == truncated)
    #expect(outcome { reader throws(ParseError) in let _: FixedBytes<3> = try reader.take() } == truncated)
    #expect(outcome { reader throws(ParseError) in try reader.skip(3) } == truncated)
    #expect(outcome { reader throws(ParseError) in _ = try reader.range(.max) } == truncated)
    let malformed: (ParseError?, Int) = (.malformed, 0)
    #expect(outcome { reader throws(ParseError) in try reader.skip(-1) } == malformed)
    #expect(outcome { reader throws(ParseError) in _ = try reader.range(.min) } == malformed)
    #expect(outcome { reader throws(ParseError) in try reader.skip(2) } == (nil, 2))
}

@Test func aFenceKeepsWhatIsInsideFromReadingPastIt() throws {
    let bytes: [UInt8] = [1, 2, 3, 4]
    var reader = ByteReader(bytes.rawSpan)
    var inner = try reader.fenced(2)
    let short = try inner.uint16()
    let isEmpty = inner.isEmpty
    let rest = try reader.range(2)
    #expect(short == 0x0102 && isEmpty)
    #expect(rest == ByteRange(offset: 2, count: 2))
}

@Test func everyAccessOfASpanIsChecked() {
    let bytes: [UInt8] = [1, 2, 3, 4, 5]
    let span = bytes.rawSpan
    for offset in [Int.min, -1, 5, 6, .max] {
        let byte = span.byte(at: offset)
        #expect(byte == nil)
    }
    for offset in [Int.min, -1, 4, .max] {
        let short = span.uint16(at: offset)
        #expect(short == nil)
    }
    for offset in [Int.min, -1, 2, .max] {
        let long = span.uint32(at: offset)
        #expect(long == nil)
    }
    let inside = (span.byte(at: 4), span.uint16(at: 3), span.uint32(at: 1))
    #expect(inside == (5, 0x0405, 0x0203_0405))
    let cut = (span.clamped(-5..<2).copied(), span.clamped(3..<99).copied(), span.clamped(7..<99).copied())
    #expect(cut == ([1, 2], [4, 5], []))
}

@Test func rangesAreClampedToWhatTheyCanHold() {
    #expect(ByteRange(offset: -3, count: -1) == ByteRange(offset: 0, count: 0))
    #expect(ByteRange(offset: 1, count: .max).count == .max)
    #expect(ByteRange(offset: .max, count: .max).indices.lowerBound == 4_294_967_295)
}

@Test func headersAreReadAtTheirOffsets() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    var reader = ByteReader(bytes.rawSpan)
    let header: FixedBytes<9> = try reader.take()
    #expect(header.uint8(at: 8) == 9 && header.uint16(at: 7) == 0x0809)
    #expect(header.uint32(at: 1) == 0x0203_0405 && header.uint64(at: 1) == 0x0203_0405_0607_0809)
}
