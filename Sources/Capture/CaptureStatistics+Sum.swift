extension CaptureStatistics {
    /// Adds what another source counted.
    public mutating func add(_ other: CaptureStatistics) {
        packets &+= other.packets
        bytes &+= other.bytes
        droppedByKernel &+= other.droppedByKernel
        droppedByInterface &+= other.droppedByInterface
        truncated &+= other.truncated
        filtered &+= other.filtered
        damaged &+= other.damaged
    }
}
