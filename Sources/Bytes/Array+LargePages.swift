import CBytes

extension Array where Element: BitwiseCopyable {
    /// Reserves room as `reserveCapacity` does, and asks the kernel for large pages where it is megabytes: for tables that
    /// are read at random, where each small page would be one more thing to look up.
    ///
    /// Only of use before the first element is there. Cost: one allocation, and a system call.
    public mutating func reserveLargePages(_ count: Int) {
        reserveCapacity(count)
        let bytes = count * MemoryLayout<Element>.stride
        guard isEmpty, bytes >= 4 << 20 else { return }
        // Invariant: the room reserved begins at the pointer, is this array's alone, and what is asked changes no byte of it.
        unsafe withUnsafeMutableBytes { memory in
            if let base = memory.baseAddress { unsafe bytes_prefer_large_pages(base, bytes) }
        }
    }
}
