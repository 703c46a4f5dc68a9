import Bytes

extension Findings {
    /// The bytes that what was found takes of the heap, with the lists of a hello that are held once for all hellos of its shape, or
    /// without. Linear in what is held, which is bounded if it is read.
    public func heapBytes(withShared: Bool) -> Int {
        var bytes = names.heapBytes
        for name in names { bytes &+= name.name.heapBytes }
        if let tls { bytes &+= tls.heapBytes(withShared: withShared) }
        if let http { bytes &+= http.method.heapBytes &+ http.path.heapBytes }
        return bytes
    }
}
