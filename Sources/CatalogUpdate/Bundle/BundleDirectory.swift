import Foundation

/// Reads the files of a bundle that is a directory.
enum BundleDirectory {
    /// The bytes of every file below `root` by its place.
    ///
    /// - Throws: at the first thing that a bundle may not hold: a link, a device, another directory, too much.
    static func contents(of root: String, limits: BundleLimits) throws(BundleError) -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        var total = 0
        for path in try paths(below: root, limits: limits) {
            let limit = path == BundleManifest.fileName ? limits.manifestBytes : limits.fileBytes
            let bytes = try PlainFileReader.bytes(of: "\(root)/\(path)", limit: limit)
            total += bytes.count
            guard total <= limits.totalBytes else {
                throw BundleError(.limit, "\(root) has more than \(limits.totalBytes) bytes")
            }
            contents[path] = bytes
        }
        return contents
    }

    private static func paths(below root: String, limits: BundleLimits) throws(BundleError) -> [String] {
        var paths: [String] = []
        for name in try names(in: root) {
            guard BundlePath.directories[name] != nil else {
                try CatalogBundle.checkPlace(name)
                paths.append(name)
                continue
            }
            let type = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(name)")[.type] as? FileAttributeType
            guard type == .typeDirectory else {
                throw BundleError(.archive, "\(root)/\(name) is no directory; links are not followed")
            }
            for file in try names(in: "\(root)/\(name)") {
                try CatalogBundle.checkPlace("\(name)/\(file)")
                paths.append("\(name)/\(file)")
            }
            guard paths.count <= limits.files else {
                throw BundleError(.limit, "\(root) has more than \(limits.files) files")
            }
        }
        return paths
    }

    private static func names(in directory: String) throws(BundleError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw BundleError(.unreadable, "\(directory) cannot be read")
        }
        return names.sorted()
    }
}

/// A signed bundle as one file.
public enum BundleArchive {
    /// Packs the bundle in the directory `root`, with its signature, into a tar archive.
    ///
    /// - Throws: if the directory holds what a bundle may not hold, or no signature.
    public static func bytes(of root: String, limits: BundleLimits = BundleLimits()) throws(BundleError) -> [UInt8] {
        let contents = try BundleDirectory.contents(of: root, limits: limits)
        guard contents[BundleManifest.signatureName] != nil else {
            throw BundleError(.signature, "\(root) is not signed: minisign -S -m \(root)/\(BundleManifest.fileName)")
        }
        return TarWriter.archive(of: contents)
    }
}
