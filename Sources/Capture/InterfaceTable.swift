/// The interfaces of one source, each once, shared by the files of a set.
@usableFromInline
final class InterfaceTable {
    private(set) var interfaces: [InterfaceDescription] = []
    private var indices: [InterfaceDescription: UInt16] = [:]

    /// The index of `interface`, entered where it is new. Past 65,535 the last one stands for all others.
    func index(of interface: InterfaceDescription) -> UInt16 {
        if let index = indices[interface] { return index }
        guard interfaces.count < Int(UInt16.max) else { return .max - 1 }
        let index = UInt16(interfaces.count)
        interfaces.append(interface)
        indices[interface] = index
        return index
    }
}
