import Protocols

extension EventField {
    /// What was captured, and what of it could not be read.
    static let capture = rows(
        in: [.stats],
        fields: [
            EventField(
                "interval", .seconds, unit: .seconds,
                meaning: "Seconds that passed since the stats event before, or since the first packet."),
            EventField(
                "capture.source", .text, isOptional: true, detail: .withoutLists, meaning: "The interfaces or files."),
            EventField(
                "capture.packets", .count, unit: .packets, metric: "egret_capture_packets_total",
                meaning: "Packets passed on by the sources."),
            EventField(
                "capture.bytes", .count, unit: .bytes, metric: "egret_capture_bytes_total",
                meaning: "Their bytes on the wire."),
            EventField(
                "capture.dropped_kernel", .count, unit: .packets, metric: "egret_capture_dropped_packets_total",
                meaning: "Packets lost in the kernel, the ring was full."),
            EventField(
                "capture.dropped_interface", .count, unit: .packets, metric: "egret_capture_dropped_packets_total",
                meaning: "Packets lost in the interface or its driver."),
            EventField(
                "capture.truncated", .count, unit: .packets, metric: "egret_capture_truncated_packets_total",
                meaning: "Packets of which less was captured than was on the wire."),
            EventField("capture.filtered", .count, unit: .packets, meaning: "Packets left out by the filter."),
            EventField(
                "capture.damaged", .count, unit: .records, meaning: "Records of capture files that could not be read."),
            EventField(
                "capture.unsupported_link", .count, unit: .packets, meaning: "Packets of a link type that is not read."),
            EventField(
                "capture.files_unread", .count, unit: .files, isOptional: true,
                meaning: "Files that could not be read at all; absent if there is none."),
            EventField(
                "capture.files_skipped", .count, unit: .files, isOptional: true,
                meaning: "Files of directories that are no captures; absent if there is none."),
            EventField(
                "capture.clamped", .count, unit: .packets, isOptional: true,
                meaning:
                    "Packets whose IP header claims more bytes than their frame had; they count by what the frame had."),
            EventField(
                "capture.duplicates", .count, unit: .packets, isOptional: true,
                meaning: "Packets that were captured a second time and are counted once."),
            EventField("capture.fragments", .object(), isOptional: true),
            EventField(
                "capture.fragments.received", .count, unit: .fragments,
                meaning: "Fragments of IP packets that came; absent if there were none."),
            EventField(
                "capture.fragments.joined", .count, unit: .packets,
                meaning: "Packets that were put together from fragments; absent if there were none."),
            EventField(
                "capture.fragments.overlapping", .count, unit: .fragments,
                meaning:
                    "Fragments that cover bytes which another had brought, exact copies left out; absent if there were none."
            ),
            EventField(
                "capture.fragments.lost", .count, unit: .packets,
                meaning:
                    "Packets and fragments that never became part of a whole packet, so far; absent if there were none."
            ),
        ]
            + counters(
                "capture.malformed", by: CaptureReport.Layer.self, unit: .packets, metric: "egret_parse_errors_total",
                meaning: "Packets whose bytes contradict a specification")
            + counters(
                "capture.ignored", by: CaptureReport.IgnoredReason.self, unit: .packets,
                metric: "egret_ignored_packets_total", meaning: "Packets that belong to no flow"))

    /// The flows of the run so far.
    static let flowTable = rows(
        in: [.stats],
        fields: [
            EventField(
                "flows.active", .count, unit: .flows, metric: "egret_flows_active", meaning: "Flows in the table."),
            EventField("flows.new", .count, unit: .flows, metric: "egret_flows_total", meaning: "Flows that began."),
        ]
            + counters(
                "flows.evicted", by: FlowReport.EvictionReason.self, optional: [.unanswered], unit: .flows,
                metric: "egret_flows_evicted_total", meaning: "Flows that left the table before their end") + [
                EventField(
                    "flows.memory_bytes", .count, unit: .bytes, metric: "egret_flow_table_bytes",
                    meaning: "Bytes that the flows hold."),
                EventField(
                    "flows.memory_limit_bytes", .count, unit: .bytes, metric: "egret_flow_table_limit_bytes",
                    meaning: "Bytes that they may hold."),
                EventField(
                    "flows.one_sided", .count, unit: .flows, metric: "egret_flows_one_sided_total",
                    meaning: "Flows of which only one direction was seen."),
                EventField("flows.midstream", .count, unit: .flows, meaning: "Flows whose beginning was not captured."),
                EventField(
                    "flows.conflict_bytes", .count, unit: .bytes,
                    meaning: "Bytes of streams that came again with another value."),
                EventField(
                    "flows.refused_segments", .positive, unit: .segments, isOptional: true,
                    meaning:
                        "Segments that were not read because no receiver takes them where they are; absent if zero."),
                EventField(
                    "flows.doubtful_segments", .positive, unit: .segments, isOptional: true,
                    meaning: "Segments in the window that a receiver drops as a rule; absent if zero."),
                EventField(
                    "flows.refused_resets", .positive, unit: .segments, isOptional: true,
                    meaning: "RST segments that no receiver takes; absent if zero."),
                EventField(
                    "flows.released", .count, unit: .flows,
                    meaning: "Flows whose reading was given up because unfinished ones held too much memory."),
                EventField(
                    "flows.continued", .count, unit: .flows, isOptional: true,
                    meaning: "Flows that continue one which ended for lack of packets or of room."),
                EventField(
                    "flows.followed", .count, unit: .flows, isOptional: true,
                    meaning: "Flows whose requests are, or were, counted."),
                EventField(
                    "flows.unfollowed", .count, unit: .flows, isOptional: true,
                    meaning: "Flows whose requests were to be counted, and were not for want of memory."),
                EventField(
                    "flows.lists_cut", .count, unit: .hellos, isOptional: true,
                    meaning: "Hellos that listed more names or numbers than are kept."),
            ])

    /// How flows got their names.
    static let attributionCounters = rows(
        in: [.stats],
        fields: [
            EventField("attribution.named", .count, unit: .flows, meaning: "Ended flows that had a name."),
            EventField(
                "attribution.unnamed", .count, unit: .flows, meaning: "Ended flows that carried payload and had none."),
            EventField(
                "attribution.named_ratio", .ratio, unit: .ratio, isOptional: true, metric: "egret_flows_named_ratio",
                meaning: "named / (named + unnamed); absent before the first."),
        ]
            + counters(
                "attribution.tls_hellos", by: TLSFacts.HelloState.self, unit: .hellos, metric: "egret_tls_hellos_total",
                meaning: "ClientHellos by how much was read") + [
                EventField(
                    "attribution.quic.initials", .count, unit: .connections, metric: "egret_quic_initials_total",
                    meaning: "QUIC connections whose Initial packets were read."),
                EventField(
                    "attribution.quic.decrypt_failed", .count, unit: .packets, metric: "egret_quic_initials_total",
                    meaning: "Initial packets that could not be decrypted."),
                EventField(
                    "attribution.quic.midstream", .count, unit: .flows, isOptional: true,
                    meaning:
                        "UDP flows to port 443 that begin as a QUIC connection after its handshake does: one that migrated, or one older than the capture."
                ),
                EventField(
                    "attribution.quic.late", .count, unit: .connections, isOptional: true,
                    meaning: "QUIC connections that began on a flow which was known as something else."),
                EventField(
                    "attribution.quic.unsupported_version", .count, unit: .packets, isOptional: true,
                    meaning: "QUIC packets with a long header of a version that egret does not read."),
                EventField(
                    "attribution.quic.truncated", .count, unit: .packets, isOptional: true,
                    meaning: "QUIC packets that end past the captured bytes."),
                EventField(
                    "attribution.quic.over_limit", .count, unit: .packets, isOptional: true,
                    meaning: "CRYPTO frames of handshakes that had reached their bound, in bytes or in gaps."),
                EventField("attribution.dns", .object(), isOptional: true),
                EventField(
                    "attribution.dns.messages", .count, unit: .messages, isOptional: true,
                    meaning: "DNS messages that were read."),
                EventField(
                    "attribution.dns.unasked", .count, unit: .answers,
                    meaning:
                        "DNS answers to which no question was seen; nothing is learned from them unless `trust.unasked_answers` is set."
                ),
                EventField(
                    "attribution.dns.forgotten", .count, unit: .questions,
                    meaning:
                        "DNS questions that were forgotten because more than 64 of one flow waited for their answers."),
                EventField(
                    "attribution.dns.learned", .count, unit: .answers, isOptional: true,
                    metric: "egret_passive_dns_total",
                    meaning: "DNS answers that named an address or an ECH configuration, and were learned."),
                EventField(
                    "attribution.dns.refused", .count, unit: .answers, isOptional: true,
                    metric: "egret_passive_dns_total",
                    meaning:
                        "DNS answers for a name that no host can have, and records of another name than the one asked for."
                ),
                EventField(
                    "attribution.dns.evicted", .count, unit: .entries, isOptional: true,
                    metric: "egret_passive_dns_total",
                    meaning: "Entries of passive DNS that were evicted because the table was full."),
                EventField(
                    "attribution.dns.displaced", .count, unit: .names, isOptional: true,
                    metric: "egret_passive_dns_total",
                    meaning:
                        "Names in passive DNS that were still valid when later names for the same address took their place."
                ),
                EventField(
                    "attribution.ech_likely_real", .count, unit: .flows,
                    meaning: "Flows whose encrypted_client_hello is taken for a real one."),
                EventField(
                    "attribution.ai_flows", .count, unit: .flows, metric: "egret_ai_flows_total",
                    meaning: "Flows that concern an AI vendor."),
                EventField("attribution.catalog", .text, meaning: "The catalog's version."),
            ])
}
