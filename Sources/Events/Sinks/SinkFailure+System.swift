import SystemPackage

extension SinkError {
    /// The failure that a system error means.
    init(_ error: any Error) {
        switch error as? Errno {
        case .brokenPipe: self = .closed
        case .noSpace, .diskQuotaExceeded: self = .full
        case .some(let errno): self = .system(errno.description)
        case nil: self = .system("\(error)")
        }
    }
}
