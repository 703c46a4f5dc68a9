public import Foundation

extension BundleManifest {
    /// From when on an installed bundle is old, in days; the sensor says the same of its catalog (EG111).
    public static let longestAge = 30

    /// What is wrong with the bundle's age at the moment `now`: a line each, none if it is fresh.
    public func warnings(at now: Date) -> [String] {
        var warnings: [String] = []
        if let created = Self.moment(created) {
            let age = max(0, now.timeIntervalSince(created))
            let days = Int(age / 86_400)
            if age > Double(Self.longestAge) * 86_400 {
                warnings.append(
                    "the catalog of serial \(serial) is \(days) days old; hosts that came since are not known (EG111)")
            }
        }
        if let expires = Self.moment(expires), expires <= now {
            warnings.append(
                "the bundle of serial \(serial) expired on \(self.expires): no newer one was installed in time")
        }
        return warnings
    }
}
