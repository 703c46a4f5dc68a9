import CPcap
import Glibc

extension PcapHandle {
    /// Whether the interface is the one that was opened, and up.
    var isUp: Bool {
        guard index != 0 else { return true }
        // Invariant: the name is a terminated copy for each call.
        let flags = unsafe capture_interface_flags(descriptor, name)
        return isPresent && flags >= 0 && flags & Int32(IFF_UP) != 0
    }

    /// Whether there is still the interface that was opened, up or down.
    var isPresent: Bool {
        // Invariant: as above.
        unsafe index == 0 || capture_interface_index(descriptor, name) == index
    }

    /// Goes on with the interface that has the name now; false if there is none, or one of another kind.
    ///
    /// - Throws: if this process may not bind the socket again, as in the sandbox.
    func resume() throws(CaptureError) -> Bool {
        // Invariant: as above. The socket and its ring stay as they are; only what they are bound to changes.
        let now = unsafe capture_interface_index(descriptor, name)
        guard now > 0, unsafe capture_interface_type(descriptor, name) == hardware else { return false }
        let status = capture_bind(descriptor, now, isPromiscuous ? 1 : 0)
        guard status != -EPERM else {
            throw CaptureError(
                .interfaceFailed,
                "\(name): the interface is another one than before, and the sandbox lets no socket be bound to it; "
                    + "the service manager starts egret again, or service.rebind allows it")
        }
        guard status == 0 else { return false }
        index = now
        return true
    }

    /// The packet socket.
    var descriptor: Int32 {
        // Invariant: the handle is open as long as this object is.
        unsafe pcap_fileno(handle)
    }
}
