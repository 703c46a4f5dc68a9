/// What a line of a log says of a flow, as far as its attribution depends on it.
struct PastFlow: Decodable, Sendable {
    struct Flow: Decodable, Sendable {
        var id: String
        var final: Bool?
        var start: String?
    }

    struct Server: Decodable, Sendable {
        var ip: String?
        var host: String?
        var hostSource: String?
        var hostState: String?

        enum CodingKeys: String, CodingKey {
            case ip, host
            case hostSource = "host_source"
            case hostState = "host_state"
        }
    }

    struct Attributed: Decodable, Sendable {
        var vendor: String?
        var product: String?
        var role: String?
    }

    struct Hello: Decodable, Sendable {
        var ja4: String?
    }

    struct Start: Decodable, Sendable {
        var flows: String?
    }

    var type: String
    var boot: String?
    var flow: Flow?
    var dst: Server?
    var ai: Attributed?
    var tls: Hello?
    var start: Start?
}
