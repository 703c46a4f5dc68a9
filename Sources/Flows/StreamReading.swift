/// The reading of one TCP connection, kept apart from the flow's detail so that nothing of it stays when it is over.
final class TCPInspection {
    /// The reading of the client's stream.
    var client = StreamInspection()
    /// The reading of the server's stream.
    var server = ServerInspection()
    /// The reading of the answers of DNS over TCP.
    var dns: DNSInspection?

    /// The memory that unfinished readings hold, in bytes.
    var held: Int { client.memory + server.memory + (dns?.memory ?? 0) }
}
