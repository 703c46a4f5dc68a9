/// Totals of 64 bits over counters of 32 that wrap.
struct DropCounterWidener {
    private(set) var kernel: UInt64 = 0
    private(set) var interface: UInt64 = 0
    private var last: (kernel: UInt32, interface: UInt32) = (0, 0)

    /// Takes over the counters as they are now; right as long as none wraps twice between two calls.
    mutating func update(kernel: UInt32, interface: UInt32) {
        self.kernel &+= UInt64(kernel &- last.kernel)
        self.interface &+= UInt64(interface &- last.interface)
        last = (kernel, interface)
    }
}
