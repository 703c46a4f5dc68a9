import Text

/// Which time zone a name that is none was meant to be.
enum ZoneName {
    /// The zone that `text` was probably meant to be: of a city that the database knows by another name, of a city in the wrong
    /// region, of an abbreviation, or the nearest in spelling.
    static func nearest(to text: String) -> String? {
        let plain = text.replacing(" ", with: "_")
        let city = (plain.split(separator: "/").last ?? "").lowercased()
        if let zone = cities[city] { return zone }
        let same = Zone.identifiers.filter { $0.split(separator: "/").last?.lowercased() == city }
        if let zone = same.sorted().first { return zone }
        if let zone = fixed(plain.uppercased()) { return zone }
        return Spelling.nearest(to: plain, among: Zone.identifiers)
    }

    /// `UTC+8` as the database has it, where the sign is the other way round.
    private static func fixed(_ text: String) -> String? {
        for name in ["UTC", "GMT"] where text.hasPrefix(name) {
            let offset = text.dropFirst(name.count)
            guard let sign = offset.first, "+-".contains(sign) else { return offset.isEmpty ? "UTC" : nil }
            let hours = offset.dropFirst().prefix { $0 != ":" }
            guard let number = Int(hours), (1...12).contains(number) else { return nil }
            return "Etc/GMT\(sign == "+" ? "-" : "+")\(number)"
        }
        return nil
    }

    /// Cities and abbreviations that are no zones of the database, and the zones that they keep.
    private static let cities: [String: String] = {
        let zones = [
            "Asia/Shanghai":
                "beijing peking shenzhen guangzhou hangzhou chengdu wuhan nanjing tianjin xian suzhou qingdao dalian",
            "America/Los_Angeles":
                "san_francisco seattle san_jose san_diego portland las_vegas palo_alto mountain_view silicon_valley pst pdt pt",
            "America/New_York": "washington boston philadelphia atlanta miami raleigh pittsburgh charlotte edt et",
            "America/Chicago": "dallas houston austin minneapolis san_antonio nashville st_louis cdt",
            "America/Denver": "salt_lake_city boulder albuquerque mdt",
            "America/Toronto": "ottawa montreal", "America/Sao_Paulo": "rio_de_janeiro brasilia",
            "Europe/Berlin": "munich frankfurt hamburg cologne stuttgart dusseldorf leipzig",
            "Europe/Zurich": "geneva basel bern lausanne", "Europe/Paris": "lyon marseille toulouse nice",
            "Europe/Madrid": "barcelona valencia sevilla", "Europe/Rome": "milan turin naples florence",
            "Europe/London": "edinburgh manchester birmingham cambridge oxford bst",
            "Europe/Amsterdam": "rotterdam the_hague",
            "Asia/Kolkata": "bangalore bengaluru mumbai delhi new_delhi hyderabad chennai pune calcutta ist",
            "Asia/Tokyo": "osaka kyoto yokohama nagoya jst", "Asia/Seoul": "busan incheon kst",
            "Asia/Dubai": "abu_dhabi",
            "Asia/Ho_Chi_Minh": "hanoi saigon", "Asia/Jerusalem": "tel_aviv", "Europe/Istanbul": "ankara",
            "Australia/Sydney": "canberra", "Africa/Johannesburg": "cape_town pretoria durban",
        ]
        return Dictionary(
            zones.flatMap { zone, names in names.split(separator: " ").map { (String($0), zone) } },
            uniquingKeysWith: { first, _ in first })
    }()
}
