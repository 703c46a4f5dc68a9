/// The texts that stand for the same thing as one text: a URL without its scheme, its host alone, a path as a name.
struct NormalForms {
    /// The texts, each with what it is, for people; the first is the value itself.
    private(set) var forms: [(text: String, name: String)]

    /// The forms of `text`.
    init(_ text: String) {
        forms = [(text, "the value")]
        if let url = URLParts(text) {
            addURL(url, of: text)
        } else if let at = text.firstIndex(of: "@"), let colon = text[at...].firstIndex(of: ":") {
            addSecureShell(host: text[text.index(after: at)..<colon], path: text[text.index(after: colon)...])
        } else if text.hasPrefix("/") || text.hasPrefix("~/") || text.dropFirst().hasPrefix(":\\") {
            addPath(text)
        } else if text.contains(" ") {
            addName(text)
        } else if !text.contains("@"), !text.contains("/"), text.split(separator: ".").count >= 3 {
            let label = String(text.prefix { $0 != "." })
            if label.utf8.count >= 4 { add(label, "the first label of the host name") }
        }
    }

    private mutating func add(_ text: String, _ name: String) {
        if text.utf8.count >= 3 { forms.append((text, name)) }
    }

    private mutating func addURL(_ url: URLParts, of text: String) {
        let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
        add(bare, "the URL without its last slash")
        add(bare + "/", "the URL with a slash at its end")
        let path = url.path == "/" ? "" : url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
        add(url.authority + path, "the URL without its scheme")
        add(url.host, "the host of the URL")
        guard !path.isEmpty else { return }
        let project = String(path.dropFirst())
        let short = project.hasSuffix(".git") ? String(project.dropLast(4)) : project
        add(url.scheme + "://" + url.authority + "/" + short, "the URL without .git")
        add(url.authority + "/" + short, "the URL without its scheme and .git")
        if short.contains("/") { add(short, "the path of the URL without .git") }
        addRemotes(host: url.host, project: short)
    }

    private mutating func addRemotes(host: String, project: String) {
        for ending in ["", ".git"] {
            add("git@\(host):\(project)\(ending)", "the URL in the form of ssh")
            add("ssh://git@\(host)/\(project)\(ending)", "the URL with the scheme ssh")
        }
        if let name = project.split(separator: "/").last, name.utf8.count >= 6 {
            add(String(name), "the last part of the path")
        }
    }

    private mutating func addSecureShell(host: Substring, path: Substring) {
        let project = path.hasSuffix(".git") ? String(path.dropLast(4)) : String(path)
        for ending in ["", ".git"] {
            add("https://\(host)/\(project)\(ending)", "the remote as a URL")
            add("\(host)/\(project)\(ending)", "the remote as a URL without its scheme")
        }
        add(String(host), "the host of the remote")
        if project.contains("/") { add(project, "the path of the remote") }
        addRemotes(host: String(host), project: project)
    }

    private mutating func addPath(_ text: String) {
        let bare = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
        add(bare, "the path")
        let name = String(bare.map { $0 == "/" || $0 == "\\" || $0 == ":" || $0 == "." ? "-" : $0 })
        if bare.filter({ $0 == "/" || $0 == "\\" }).count >= 2 { add(name, "the path with dashes") }
    }

    private mutating func addName(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard (2...4).contains(words.count) else { return }
        for separator in [".", "_", "-", ""] {
            add(words.joined(separator: separator).lowercased(), "the name in one word")
        }
        add(words.reversed().joined(separator: ", "), "the name, last word first")
    }
}
