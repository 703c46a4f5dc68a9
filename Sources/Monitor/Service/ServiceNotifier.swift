import Dispatch
import Events
import Foundation
import Host
import Synchronization

/// Reports a live run to the service manager, and saves its state for the next run.
///
/// Files are written on another thread, one write at a time: a slow disk delays a save, never a packet.
public final class ServiceNotifier: Sendable {
    private let manager: ServiceManager?
    private let boot: String
    private let path: String?
    private let metrics: String?
    private let version: String
    private let status: String
    private let isSaving = Atomic<Bool>(false)
    private let seconds = Atomic<Int>(0)
    private let queue = DispatchQueue(label: "egret-state")

    /// The life of a run of `sensor`, told to `manager`: its state is kept in the file `state`, its metrics in `metrics`.
    init(_ sensor: SensorIdentity, state: String?, metrics: String?, status: String, manager: ServiceManager?) {
        self.manager = manager
        boot = sensor.boot
        version = sensor.version
        path = state
        self.metrics = metrics
        self.status = status
    }

    /// Does what the moment asks for.
    public func take(_ moment: SensorLifecycleEvent) {
        switch moment {
        case .ready: manager?.ready(status)
        case .second(let report, let nextEvent, let episodes):
            manager?.alive()
            let isDue = seconds.wrappingAdd(1, ordering: .relaxed).oldValue % Self.metricsInterval == 0
            save(nextEvent: nextEvent, isDue ? report : nil, episodes: episodes)
        case .reloading: manager?.reloading()
        case .stopping: manager?.stopping()
        case .note: break
        case .stopped(let nextEvent): queue.sync { write(nextEvent, isClean: true) }
        }
    }

    private func save(nextEvent: UInt64, _ report: StatsReport?, episodes: [HealthReason: UInt64]) {
        guard path != nil || metrics != nil, !isSaving.exchange(true, ordering: .acquiring) else { return }
        queue.async {
            self.write(nextEvent, isClean: false)
            if let report { self.write(report, episodes) }
            self.isSaving.store(false, ordering: .releasing)
        }
    }

    private func write(_ nextEvent: UInt64, isClean: Bool) {
        guard let path else { return }
        // A state that cannot be saved costs the next run its sequence, and this one nothing.
        _ = SensorState(boot: boot, next: nextEvent, isClean: isClean).save(to: path)
    }

    private func write(_ report: StatsReport, _ episodes: [HealthReason: UInt64]) {
        guard let metrics else { return }
        // Put in place whole, so that no one reads half of it; a file that grows old says by its time that it did.
        let text = MetricsText(report, episodes: episodes, version: version).text
        try? Data(text.utf8).write(to: URL(fileURLWithPath: metrics), options: .atomic)
        try? FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: metrics)
    }

    /// The seconds between two writes of metrics.
    private static var metricsInterval: Int { 10 }
}
