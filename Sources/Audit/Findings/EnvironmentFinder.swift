import ByteScanning
import Bytes

/// Finds facts about machine and person by structure: by the name of a field and the form of its value.
///
/// Every finding is of grade `anomaly`: a name can mislead, and many such fields have a plain purpose.
struct EnvironmentFinder {
    /// Adds what `field` says about the machine or the person to `findings`.
    ///
    /// `name` is the normalized last name of its path, and `places` are those of its text, if they were looked for.
    func search(_ field: Field, name: String, places: TextPlaces?, into findings: inout FindingCollection) {
        if let category = EnvironmentNames.category(ofName: name), Self.hasContent(field.value) {
            add(category, field, offset: field.offset, value: field.value, "its name says so", into: &findings)
            return
        }
        guard case .text(let text) = field.value else { return }
        if let category = EnvironmentValues.category(ofValue: text) {
            add(
                category, field, offset: field.offset, value: field.value, "its whole value has the form",
                into: &findings)
            return
        }
        let bytes = text.utf8.span.raw
        let facts = places?.facts ?? TextPlaces(bytes).facts
        guard !facts.isEmpty else { return }
        for hit in EnvironmentValues.hits(in: bytes, at: facts) {
            add(hit.category, field, offset: hit.offset, value: .text(hit.text), "its text holds one", into: &findings)
        }
    }

    private func add(
        _ category: EnvironmentCategory, _ field: Field, offset: Int, value: FieldValue, _ reason: String,
        into findings: inout FindingCollection
    ) {
        findings.add(
            Finding(
                category.kind, .anomaly, category: category.rawValue, field: field.path, offset: offset,
                explanation: "looks like \(category.title): \(reason)", value: value))
    }

    /// A name in lower case without separators.
    static func normalized(_ name: String) -> String {
        let bytes = name.utf8.span.raw
        // Most names are written so already.
        var index = 0
        while let byte = bytes.byte(at: index), byte.lowercasedASCII == byte, byte != 0x2D, byte != 0x5F { index += 1 }
        if index == bytes.byteCount { return name }
        return String(decoding: name.utf8.map(\.lowercasedASCII).filter { $0 != 0x2D && $0 != 0x5F }, as: UTF8.self)
    }

    private static func hasContent(_ value: FieldValue) -> Bool {
        switch value {
        case .text(let text): !text.isEmpty && text.utf8.count <= 1024
        case .number, .literal: value.text != "null"
        case .bytes: false
        }
    }
}

/// What a fact is about.
enum EnvironmentCategory: String, CaseIterable {
    case timeZone = "time_zone"
    case locale
    case operatingSystem = "operating_system"
    case architecture
    case terminal
    case hostName = "host_name"
    case user
    case home
    case workingDirectory = "working_directory"
    case repository
    case email
    case account = "account_id"
    case device = "device_id"
    case session = "session_id"
    case baseURL = "base_url"
    case networkAddress = "network_address"
    case continuousIntegration = "ci"
    case runtime

    /// The kind of the findings.
    var kind: Finding.Kind {
        switch self {
        case .timeZone, .locale, .operatingSystem, .architecture, .terminal, .baseURL, .continuousIntegration, .runtime:
            .environment
        default: .identity
        }
    }

    /// The category as a text for people has it.
    var title: String {
        switch self {
        case .timeZone: "a time zone"
        case .locale: "a language or region"
        case .operatingSystem: "an operating system"
        case .architecture: "a processor architecture"
        case .terminal: "a terminal or shell"
        case .hostName: "the name of a machine"
        case .user: "the name of a user"
        case .home: "a home directory"
        case .workingDirectory: "a working directory"
        case .repository: "the address of a repository"
        case .email: "an e-mail address"
        case .account: "an identifier of an account"
        case .device: "an identifier of a device or installation"
        case .session: "an identifier of a session"
        case .baseURL: "the address of an endpoint or proxy"
        case .networkAddress: "a network address"
        case .continuousIntegration: "whether the machine is one of automation"
        case .runtime: "a version of a runtime or system"
        }
    }
}

/// Names of fields that say what their values are, in lower case without separators.
enum EnvironmentNames {
    private static let names: [(EnvironmentCategory, [String])] = [
        (.timeZone, ["timezone", "tz", "timezonename", "utcoffset", "timezoneoffset", "gmtoffset", "olsontimezone"]),
        (.locale, ["locale", "lang", "language", "languages", "acceptlanguage", "region", "country", "countrycode"]),
        (
            .operatingSystem,
            [
                "os", "osname", "ostype", "platform", "platformraw", "osplatform", "xstainlessos", "operatingsystem",
                "linuxdistroid", "distro", "secchuaplatform",
            ]
        ),
        (.architecture, ["arch", "architecture", "xstainlessarch", "cpuarch", "osarch", "secchuaarch"]),
        (.terminal, ["terminal", "term", "termprogram", "shell", "colorterm", "tty"]),
        (.hostName, ["hostname", "machinename", "computername", "nodename", "devicename"]),
        (.user, ["username", "login", "osuser", "accountname", "displayname", "fullname"]),
        (.home, ["home", "homedir", "homedirectory", "userprofile"]),
        (.workingDirectory, ["cwd", "workingdirectory", "workdir", "projectroot", "pwd", "projectpath", "rootpath"]),
        (
            .repository,
            ["remoteurl", "gitremote", "repourl", "repositoryurl", "gitremoteurl", "originurl", "repository"]
        ),
        (.email, ["email", "emailaddress", "useremail", "mail"]),
        (
            .account,
            [
                "accountid", "accountuuid", "organizationid", "organizationuuid", "orgid", "tenantid", "userid",
                "useruuid",
                "customerid", "teamid",
            ]
        ),
        (
            .device,
            [
                "deviceid", "installationid", "installid", "machineid", "anonymousid", "hardwareid", "clientid",
                "fingerprint", "visitorid",
            ]
        ),
        (.session, ["sessionid", "xclaudecodesessionid", "conversationid", "threadid"]),
        (
            .baseURL,
            ["baseurl", "apibaseurl", "apibaseurlhost", "proxy", "httpproxy", "httpsproxy", "apihost", "endpointurl"]
        ),
        (.networkAddress, ["ip", "ipaddress", "clientip", "localip", "mac", "macaddress", "xforwardedfor", "xrealip"]),
        (
            .continuousIntegration,
            [
                "isci", "ci", "cisystem", "isgithubaction", "githubaction", "deploymentenvironment", "iscontainer",
                "isdocker", "iswsl",
            ]
        ),
        (
            .runtime,
            [
                "linuxkernel", "kernel", "osversion", "osrelease", "linuxdistroversion", "nodeversion", "pythonversion",
                "xstainlessruntimeversion", "runtimeversion", "vcs", "packagemanagers", "runtimes",
            ]
        ),
    ]

    private static let table: [String: EnvironmentCategory] = {
        var table: [String: EnvironmentCategory] = [:]
        for (category, list) in names { for name in list { table[name] = category } }
        return table
    }()

    /// The category that a name belongs to.
    static func category(ofName name: String) -> EnvironmentCategory? { table[name] }
}
