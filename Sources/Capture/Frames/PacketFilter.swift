public import Bytes
import CPcap

/// A filter in libpcap's language (pcap-filter(7)), compiled once for each link type it meets.
@usableFromInline
@safe
final class PacketFilter {
    /// Which program judges the frames of an interface.
    @usableFromInline
    @frozen
    struct Program: BitwiseCopyable, Equatable, Sendable {
        @usableFromInline var index: Int32

        /// There is no filter: every frame passes.
        @usableFromInline static var all: Program { Program(index: -1) }
        /// The filter means nothing on this link type: no frame passes.
        static var none: Program { Program(index: -2) }

        /// Whether frames must be shown to the filter at all.
        @inlinable @inline(__always)
        var isConditional: Bool { index != -1 }
    }

    private let text: String
    private var programs: [CompiledFilter] = []
    /// What came of each link type met; failures too, so that a file cannot ask for the same one again and again.
    private var outcomes: [LinkType: Result<Program, CaptureError>] = [:]

    /// Checks `text`: it must compile for at least one usual link type. Throws with libpcap's own message otherwise.
    init(_ text: String) throws(CaptureError) {
        self.text = text
        var message = ""
        for linkType in [LinkType.ethernet, .raw, .linuxCooked, .radiotap, .null] {
            do throws(CaptureError) {
                _ = try program(for: linkType)
                return
            } catch {
                if message.isEmpty { message = error.description }
            }
        }
        throw CaptureError(.badFilter, message)
    }

    deinit {
        for index in programs.indices {
            // Invariant: each program was compiled once and is freed once.
            unsafe pcap_freecode(&programs[index].program)
        }
    }

    /// The program for `linkType`; compiles it if it is new. Throws if the filter means nothing there.
    func program(for linkType: LinkType) throws(CaptureError) -> Program {
        if let outcome = outcomes[linkType] { return try outcome.get() }
        do throws(CaptureError) {
            let program = try compile(for: linkType)
            outcomes[linkType] = .success(program)
            return program
        } catch {
            outcomes[linkType] = .failure(error)
            throw error
        }
    }

    private func compile(for linkType: LinkType) throws(CaptureError) -> Program {
        // Invariant: the handle is closed before it is left, and the text is passed as a copy for the call.
        guard let handle = unsafe pcap_open_dead(linkType.dlt, 262_144) else {
            throw CaptureError(.badFilter, "filter '\(text)': libpcap has no memory")
        }
        defer { unsafe pcap_close(handle) }
        var program = unsafe bpf_program()
        guard unsafe pcap_compile(handle, &program, text, 1, bpf_u_int32.max) == 0 else {
            throw CaptureError(.badFilter, "filter '\(text)': \(unsafe String(cString: pcap_geterr(handle)))")
        }
        programs.append(unsafe CompiledFilter(program: program))
        return Program(index: Int32(programs.count - 1))
    }

    /// Whether the frame passes. No allocation; the cost is that of libpcap's interpreter.
    @usableFromInline
    func accepts(_ bytes: UnsafeRawBufferPointer, wireLength: Int, _ program: Program) -> Bool {
        guard program.index >= 0, Int(program.index) < programs.count else { return program == .all }
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: bytes.count)
        header.len = UInt32(clamping: wireLength)
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        // Invariant: the interpreter reads at most `caplen` bytes from `start`, which the caller keeps for the call.
        return unsafe pcap_offline_filter(&programs[Int(program.index)].program, &header, start) != 0
    }
}

/// A compiled program, whose memory belongs to the filter that holds it.
@safe
private struct CompiledFilter {
    var program: bpf_program
}

extension LinkType {
    /// The link type of a DLT_ number as libpcap's handles have it on Linux.
    ///
    /// The two registries differ only where systems had chosen their own numbers: raw IP is 12 here, 14 on OpenBSD.
    public init(dlt: Int32) {
        self = dlt == 12 || dlt == 14 ? .raw : LinkType(rawValue: UInt16(clamping: dlt))
    }

    /// The DLT_ number that libpcap's filter compiler takes for this link type on Linux.
    public var dlt: Int32 { self == .raw ? 12 : Int32(rawValue) }

    /// The link type of a pcap file's network field.
    ///
    /// Only the low 16 bits name it; above them are the length of a frame check sequence and reserved bits.
    init(network: UInt32) {
        self.init(dlt: Int32(network & 0xFFFF))
    }
}
