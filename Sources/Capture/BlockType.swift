/// The blocks of pcapng that are read (draft-ietf-opsawg-pcapng section 4).
@usableFromInline
enum BlockType {
    /// A palindrome, so that it reads the same in both byte orders.
    static var sectionHeader: UInt32 { 0x0A0D_0D0A }
    @usableFromInline static var interfaceDescription: UInt32 { 1 }
    @usableFromInline static var packet: UInt32 { 2 }
    @usableFromInline static var simplePacket: UInt32 { 3 }
    static var interfaceStatistics: UInt32 { 5 }
    @usableFromInline static var enhancedPacket: UInt32 { 6 }
}
