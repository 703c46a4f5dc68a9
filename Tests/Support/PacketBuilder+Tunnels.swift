/// Tunnels over IP and over UDP. Those over UDP leave the outer UDP header to the caller.
extension PacketBuilder {
    /// GRE with the fields that are given (RFC 2784, RFC 2890).
    public func gre(
        key: Int? = nil, sequence: Int? = nil, hasChecksum: Bool = false, type: Int? = nil
    ) -> PacketBuilder {
        let control = (hasChecksum ? 0x8000 : 0) | (key == nil ? 0 : 0x2000) | (sequence == nil ? 0 : 0x1000)
        var header = Self.word(control) + Self.word(type ?? etherType)
        if hasChecksum { header += [0, 0, 0, 0] }
        if let key { header += Self.long(key) }
        if let sequence { header += Self.long(sequence) }
        return behind(header, ipProtocol: 47)
    }

    /// GRE with a list of source routes (RFC 1701).
    public func gre(routes: [[UInt8]]) -> PacketBuilder {
        let list: [UInt8] = routes.flatMap { route -> [UInt8] in [0x08, 0x00, 0, UInt8(route.count)] + route }
        return behind(Self.word(0x4000) + Self.word(etherType) + [0, 0, 0, 0] + list + [0, 0, 0, 0], ipProtocol: 47)
    }

    /// Enhanced GRE around PPP (RFC 2637).
    public func pptp(call: Int, sequence: Int? = 1, acknowledgment: Int? = nil) -> PacketBuilder {
        let control = 0x2001 | (sequence == nil ? 0 : 0x1000) | (acknowledgment == nil ? 0 : 0x0080)
        var header = Self.word(control) + Self.word(0x880B) + Self.word(bytes.count) + Self.word(call)
        if let sequence { header += Self.long(sequence) }
        if let acknowledgment { header += Self.long(acknowledgment) }
        return behind(header, ipProtocol: 47)
    }

    /// ERSPAN type I: GRE alone.
    public func erspan1() -> PacketBuilder { gre(type: 0x88BE) }

    /// ERSPAN type II inside GRE.
    public func erspan2(session: Int) -> PacketBuilder {
        behind(Self.word(0x1001) + Self.word(session) + [0, 0, 0, 0]).gre(sequence: 1, type: 0x88BE)
    }

    /// ERSPAN type III inside GRE, with its subheader where asked for.
    public func erspan3(session: Int, hasSubheader: Bool = false) -> PacketBuilder {
        let header = Self.word(0x2001) + Self.word(session) + Self.long(5) + [0, 0, 0, hasSubheader ? 1 : 0]
        let subheader = [UInt8](repeating: 9, count: hasSubheader ? 8 : 0)
        return behind(header + subheader).gre(sequence: 1, type: 0x22EB)
    }

    /// VXLAN (RFC 7348).
    public func vxlan(_ network: Int) -> PacketBuilder { behind([8, 0, 0, 0] + Self.long(network << 8)) }

    /// Geneve with `options` of a multiple of four bytes (RFC 8926).
    public func geneve(_ network: Int, options: [UInt8] = []) -> PacketBuilder {
        behind([UInt8(options.count / 4), 0] + Self.word(etherType) + Self.long(network << 8) + options)
    }

    /// GTP-U, a T-PDU with extension headers of the lengths given, in units of four bytes (3GPP TS 29.281).
    public func gtpu(_ tunnel: Int, extensions: [Int] = []) -> PacketBuilder {
        var header: [UInt8] = [extensions.isEmpty ? 0x30 : 0x34, 255] + Self.word(bytes.count) + Self.long(tunnel)
        if !extensions.isEmpty { header += [0, 0, 0, 0x85] }
        for (index, length) in extensions.enumerated() {
            let next: UInt8 = index == extensions.count - 1 ? 0 : 0x85
            header += [UInt8(length)] + [UInt8](repeating: 1, count: max(0, length * 4 - 2)) + [next]
        }
        return behind(header)
    }

    /// Teredo's headers in front of IPv6 (RFC 4380); without any, Teredo adds nothing.
    public func teredo(hasAuthentication: Bool = false, hasOrigin: Bool = false) -> PacketBuilder {
        var header: [UInt8] = []
        if hasAuthentication { header += [0, 1, 2, 3] + [UInt8](repeating: 6, count: 2 + 3 + 9) }
        if hasOrigin { header += [0, 0, 1, 2, 3, 4, 5, 6] }
        return behind(header)
    }

    /// An L2TP version 2 data message around PPP (RFC 2661).
    public func l2tp(
        tunnel: Int, session: Int, hasLength: Bool = false, hasSequence: Bool = false, padding: Int? = nil
    ) -> PacketBuilder {
        let control = 2 | (hasLength ? 0x4000 : 0) | (hasSequence ? 0x0800 : 0) | (padding == nil ? 0 : 0x0200)
        var header = Self.word(control)
        if hasLength { header += Self.word(bytes.count) }
        header += Self.word(tunnel) + Self.word(session)
        if hasSequence { header += [0, 1, 0, 2] }
        if let padding { header += Self.word(padding) + [UInt8](repeating: 0, count: padding) }
        return behind(header)
    }
}
