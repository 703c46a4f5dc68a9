extension SettingKey {
    static let metrics = [metricsFile]

    /// The file of metrics.
    public static let metricsFile = SettingKey(
        "metrics.file", flag: "metrics-file", .text, scope: .live,
        "A file in which metrics stand in Prometheus's text format, written anew every ten seconds; for the textfile collector "
            + "of node_exporter it must end in .prom")
}
