import Bytes
import Testing

@Test(arguments: [(-1, 4), (0, 4), (3, 1), (4, 0), (5, 0), (Int.max, 0), (Int.min, 4)])
func bytesFromAPlaceOnAreCutAndNeverTrap(start: Int, count: Int) {
    let bytes: [UInt8] = [1, 2, 3, 4]
    #expect(bytes.rawSpan.clamped(start...).copied() == Array(bytes.suffix(count)))
}
