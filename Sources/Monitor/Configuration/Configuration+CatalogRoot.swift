import Foundation

extension Configuration {
    /// The same configuration with the directories of the installed bundle put before the others.
    ///
    /// The link is followed once: all three directories are of one bundle, also if an update changes the link meanwhile.
    func resolvingCatalogRoot() -> Configuration {
        guard let catalogRoot else { return self }
        let place = URL(fileURLWithPath: catalogRoot).resolvingSymlinksInPath().path
        var resolved = self
        resolved.catalogRoot = nil
        resolved.catalogDirectories = ["\(place)/vendors"] + catalogDirectories
        resolved.fingerprintDirectories = ["\(place)/fingerprints"] + fingerprintDirectories
        resolved.listDirectory = "\(place)/lists"
        return resolved
    }
}
