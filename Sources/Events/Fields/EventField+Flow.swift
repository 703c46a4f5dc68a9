import Flows
import Protocols

extension EventField {
    /// The connection and what was counted of it.
    static let flow = rows(
        in: [.flow],
        fields: [
            EventField(
                "flow.id", .flowID, in: [.flow, .dns, .alert], privacy: .derived,
                ocsf: Target("connection_info.uid", in: .network),
                meaning: "The flow, the same in every run over the same packets."),
            EventField("flow.part", .positive, meaning: "1 for the first report of a flow, growing by one."),
            EventField("flow.final", .boolean, meaning: "Whether this is the last report."),
            EventField("flow.state", .words(FlowSnapshot.State.self), meaning: "Where the connection is."),
            EventField(
                "flow.end_reason", .words(FlowSnapshot.EndReason.self), isOptional: true,
                meaning: "Why it ended; on the last report only."),
            EventField(
                "flow.start", .time, ecs: "event.start", ocsf: Target("start_time", .milliseconds),
                meaning: "The first packet."),
            EventField(
                "flow.end", .time, ecs: "event.end", ocsf: Target("end_time", .milliseconds),
                meaning: "The latest packet; never before flow.start."),
            EventField(
                "flow.duration", .seconds, unit: .seconds, ecs: Target("event.duration", .toNanoseconds),
                ocsf: Target("duration", .toMilliseconds), meaning: "Seconds from flow.start to flow.end."),
            EventField(
                "flow.bytes_up", .count, unit: .bytes, in: [.flow, .alert], ecs: "source.bytes",
                ocsf: Target("cumulative_traffic.bytes_out", in: .flow),
                meaning: "Layer-3 bytes from the client, total since flow.start."),
            EventField(
                "flow.bytes_down", .count, unit: .bytes, in: [.flow, .alert], ecs: "destination.bytes",
                ocsf: Target("cumulative_traffic.bytes_in", in: .flow), meaning: "Layer-3 bytes to the client."),
            EventField(
                "flow.packets_up", .count, unit: .packets, ecs: "source.packets",
                ocsf: Target("cumulative_traffic.packets_out", in: .flow), meaning: "Packets from the client."),
            EventField(
                "flow.packets_down", .count, unit: .packets, ecs: "destination.packets",
                ocsf: Target("cumulative_traffic.packets_in", in: .flow), meaning: "Packets to the client."),
            EventField(
                "flow.missed_bytes", .count, unit: .bytes, meaning: "Bytes of the TCP streams that were never captured."
            ),
            EventField(
                "flow.conflicts", .positive, unit: .contradictions, in: [.flow, .alert], isOptional: true,
                meaning: "Contradictions in what names the flow; absent if there are none."),
            EventField(
                "flow.answered", .boolean, in: [.flow, .alert], isOptional: true,
                meaning:
                    "Whether the server answered: over TCP with payload, over UDP with a datagram; on a QUIC connection the client continued after that. A single packet that no one answered is weak evidence, because anyone can send one in another's name."
            ),
            EventField("flow.midstream", .boolean, meaning: "Whether the flow's beginning was not captured."),
            EventField(
                "flow.continues", .flowID, isOptional: true, privacy: .derived,
                meaning:
                    "The `flow.id` of the flow that this one continues: the same connection, which ended as `idle` or `evicted`. Names are those that were read then."
            ),
            EventField(
                "flow.method", .words(FlowTraffic.Method.self), isOptional: true,
                meaning:
                    "How requests were counted ([METHOD.md](METHOD.md)); absent, like all that follows, where they were not."
            ),
            EventField(
                "flow.requests_est", .count, unit: .requests, isOptional: true,
                meaning: "Requests that the flow carried, estimated."),
            EventField(
                "flow.requests_low", .count, unit: .requests, isOptional: true,
                meaning: "The lower bound of flow.requests_est."),
            EventField(
                "flow.requests_high", .count, unit: .requests, isOptional: true,
                meaning: "The upper bound of flow.requests_est."),
            EventField(
                "flow.interactions_est", .count, unit: .interactions, isOptional: true,
                meaning: "Requests that went to a model, estimated."),
            EventField(
                "flow.interactions_low", .count, unit: .interactions, isOptional: true,
                meaning: "The lower bound of flow.interactions_est."),
            EventField(
                "flow.interactions_high", .count, unit: .interactions, isOptional: true,
                meaning: "The upper bound of flow.interactions_est."),
            EventField(
                "flow.streamed_answers", .count, unit: .answers, isOptional: true,
                meaning: "Requests whose answer came in many small pieces over time."),
            EventField(
                "flow.upload_bursts", .count, unit: .bursts, isOptional: true,
                meaning: "Runs of upload between two answers."),
            EventField(
                "flow.largest_upload", .count, unit: .bytes, isOptional: true,
                meaning: "Application bytes of the largest of them."),
            EventField(
                "flow.first_byte", .seconds, unit: .seconds, isOptional: true,
                meaning: "Mean seconds from the end of a run of upload to the first byte of its answer."),
            EventField(
                "flow.longest_stream", .seconds, unit: .seconds, isOptional: true,
                meaning: "Longest time that an answer was streamed, in seconds."),
        ])

    /// What a report adds to those before it.
    static let delta = rows(
        in: [.flow],
        fields: [
            EventField(
                "flow.delta", .object(), isOptional: true,
                meaning:
                    "What this report adds to the reports of the flow that were written before it; absent if those are no longer known, which `activity.deltas_omitted` counts."
            ),
            EventField("flow.delta.bytes_up", .count, unit: .bytes, meaning: "Layer-3 bytes since the report before."),
            EventField(
                "flow.delta.bytes_down", .count, unit: .bytes, meaning: "Layer-3 bytes since the report before."),
            EventField("flow.delta.packets_up", .count, unit: .packets, meaning: "Packets since then."),
            EventField("flow.delta.packets_down", .count, unit: .packets, meaning: "Packets since then."),
            EventField(
                "flow.delta.missed_bytes", .change, unit: .bytes,
                meaning: "By how much `flow.missed_bytes` changed; negative if missed bytes came late."),
            EventField(
                "flow.delta.requests_est", .change, unit: .requests, isOptional: true,
                meaning: "By how much the estimates changed; an estimate may fall."),
            EventField(
                "flow.delta.interactions_est", .change, unit: .interactions, isOptional: true,
                meaning: "By how much the estimates changed; an estimate may fall."),
            EventField(
                "flow.delta.streamed_answers", .change, unit: .answers, isOptional: true,
                meaning: "By how much these counts changed."),
            EventField(
                "flow.delta.upload_bursts", .change, unit: .bursts, isOptional: true,
                meaning: "By how much these counts changed."),
        ])

    /// Who speaks to whom.
    static let ends = rows(
        in: [.flow, .dns, .alert],
        fields: [
            EventField(
                "src.ip", .address, privacy: .source, ecs: "source.ip", ocsf: Target("src_endpoint.ip", in: .network),
                meaning: "The client's address."),
            EventField(
                "src.port", .number16, in: [.flow, .dns], ecs: "source.port",
                ocsf: Target("src_endpoint.port", in: .network), meaning: "The client's port."),
            EventField(
                "src.group", .text, isOptional: true, detail: .withoutTexts, privacy: .source,
                meaning: "The operator's name for the client's part of the network."),
            EventField(
                "dst.ip", .address, in: [.flow, .alert], privacy: .destination, ecs: "destination.ip",
                ocsf: Target("dst_endpoint.ip", in: .network), meaning: "The far end's address."),
            EventField(
                "dst.port", .number16, in: [.flow, .alert], ecs: "destination.port",
                ocsf: Target("dst_endpoint.port", in: .network), meaning: "The far end's port."),
            EventField(
                "dst.host", .text, in: [.flow, .alert], isOptional: true, detail: .withoutTexts, privacy: .otherName,
                ecs: "destination.domain", ocsf: Target("dst_endpoint.hostname", in: .network),
                meaning: "The name of the far end by the best evidence."),
            EventField(
                "dst.host_source", .words(HostSource.self, except: [.echOuter]), in: [.flow, .alert], isOptional: true,
                detail: .withoutTexts,
                meaning:
                    "What `dst.host` was read from; `ip_range` without a `dst.host` if a published range alone says whose the address is."
            ),
            EventField(
                "dst.host_state", .keyword(["invalid", "converted"]), in: [.flow, .alert], isOptional: true,
                detail: .withoutTexts, privacy: .otherName,
                meaning:
                    "Set if dst.host is no host name and no address, but other bytes in a name's place (invalid), or if it was sent with letters beyond ASCII and is told in A-labels (converted)."
            ),
            EventField(
                "dst.domain", .text, in: [.flow, .alert], isOptional: true, detail: .withoutTexts, privacy: .otherName,
                ecs: "destination.registered_domain", ocsf: Target("dst_endpoint.domain", in: .network),
                meaning: "The registrable domain of dst.host."),
            EventField(
                "dst.names", .list(of: .object()), in: [.flow, .alert], isOptional: true, detail: .full,
                privacy: .otherName,
                meaning: "All names found, best evidence first: if there is more than one, or none that may lead."),
            EventField(
                "dst.names[].name", .text, in: [.flow, .alert], detail: .full, privacy: .otherName, meaning: "A name."),
            EventField(
                "dst.names[].source", .words(HostSource.self), in: [.flow, .alert], detail: .full,
                meaning: "What it was read from."),
        ])
}
