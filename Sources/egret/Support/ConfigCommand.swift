import ArgumentParser
import Settings

/// `egret config`: commands on the configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check and show the configuration.",
        subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self])
}

/// `egret config check`: lists every error in one run.
struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every error of the configuration, with its place.",
        discussion: "Exit status: 0 fine, 1 errors, 2 wrong usage.")

    @OptionGroup var options: RunOptions<LiveSettings>
    @Argument(help: "The configuration file, in place of --config.") var file: String?

    func run() throws {
        var options = options
        options.config = file ?? options.config
        let settings = try options.settings()
        let count = SettingKey.all.count { settings.isSet($0) }
        Terminal.print("\(count) of \(SettingKey.all.count) keys set: no errors.")
    }
}

/// `egret config show`: prints the effective configuration.
struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print every effective value, and where it comes from.",
        discussion: "The output is a configuration file that says the same.")

    @OptionGroup var options: RunOptions<LiveSettings>

    func run() throws {
        Terminal.print(try options.settings().text, terminator: "")
    }
}
