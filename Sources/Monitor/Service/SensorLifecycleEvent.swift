public import Events

/// Called by a live run on its own thread, in addition to its events; an implementation must not block.
public enum SensorLifecycleEvent: Sendable {
    /// Interfaces and outputs are open; captured is from now on. Also after a reload.
    case ready
    /// About once a second: its status, the number of the next event, and how many episodes of each reason began.
    case second(StatsReport, nextEvent: UInt64, episodes: [HealthReason: UInt64])
    /// Rules and catalog are being read again.
    case reloading
    /// The stop was requested; rings, flows and outputs are finished next.
    case stopping
    /// A line for the log of the process: what a person should know, and no event.
    case note(String)
    /// Everything is written.
    case stopped(nextEvent: UInt64)
}
