import Archive
import Dispatch

/// Packs the files of one output that are ended, one after the other, on a queue of its own: neither packets nor the writer of
/// the output wait for it.
///
/// A file that cannot be packed stays as it is, until the next run tries it again. As many wait as are kept, at most.
final class FilePacker: Sendable {
    private let directory: FileDirectory
    private let patience: StopToken
    private let queue = DispatchQueue(label: "egret-packer", qos: .background)

    /// A packer of files in `directory`, which comes to an end when `patience` does.
    init(_ directory: FileDirectory, _ patience: StopToken) {
        self.directory = directory
        self.patience = patience
    }

    /// Takes the file called `name`, to which nothing is written any more.
    func take(_ name: String) {
        queue.async {
            guard !self.patience.isOver else { return }
            // What fails leaves the file as it was.
            try? PackedFile.pack(self.directory.path(of: name)) { !self.patience.isOver }
        }
    }

    /// Waits for what was taken.
    func finish() { queue.sync {} }
}
