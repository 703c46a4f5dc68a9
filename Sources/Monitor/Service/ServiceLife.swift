import Dispatch
import Events
public import Host
import Synchronization

/// What a live run owes those around it: signs of life to the service manager, and its state to the run after it.
///
/// Files are written on another thread, one write at a time: a disk that is slow makes a save late, never a packet.
public final class ServiceLife: Sendable {
    private let manager: ServiceManager?
    private let boot: String
    private let path: String?
    private let status: String
    private let isSaving = Atomic<Bool>(false)
    private let queue = DispatchQueue(label: "egret-state")

    /// The life of the run `boot`, told to `manager` with the words `status`, and kept in the file at `path`.
    public init(manager: ServiceManager?, boot: String, statePath path: String?, status: String) {
        self.manager = manager
        self.boot = boot
        self.path = path
        self.status = status
    }

    /// Does what the moment asks for.
    public func take(_ moment: LiveMoment) {
        switch moment {
        case .ready: manager?.ready(status)
        case .second(_, let nextEvent, _):
            manager?.alive()
            save(nextEvent)
        case .reloading: manager?.reloading()
        case .stopping: manager?.stopping()
        case .stopped(let nextEvent): queue.sync { write(nextEvent, isClean: true) }
        }
    }

    private func save(_ nextEvent: UInt64) {
        guard path != nil, !isSaving.exchange(true, ordering: .acquiring) else { return }
        queue.async {
            self.write(nextEvent, isClean: false)
            self.isSaving.store(false, ordering: .releasing)
        }
    }

    private func write(_ nextEvent: UInt64, isClean: Bool) {
        guard let path else { return }
        // A state that cannot be saved costs the next run its sequence, and this one nothing.
        _ = SensorState(boot: boot, next: nextEvent, isClean: isClean).save(to: path)
    }
}
