import Bytes

/// The control data of HTTP/2 and HTTP/3, which is in pseudo-header fields (RFC 9113 section 8.3, RFC 9114 section 4.3).
enum FieldSection {
    /// The request that a field section describes; pseudo-header fields become its control data.
    static func request(_ fields: [HTTPField], isSecure: Bool) -> HTTPMessage {
        var message = HTTPMessage(scheme: isSecure ? "https" : "http")
        var authority: String?
        for field in fields {
            guard field.name.first == UInt8(ascii: ":"), field.isKnown else {
                message.fields.append(field)
                continue
            }
            let value = String(decoding: field.value, as: UTF8.self)
            switch String(decoding: field.name, as: UTF8.self) {
            case ":method": message.method = value
            case ":scheme": message.scheme = value
            case ":authority": authority = value
            case ":path": (message.path, message.query) = FieldText.split(target: field.value)
            // Kept, since it says what an extended CONNECT opens (RFC 8441).
            default: message.fields.append(field)
            }
        }
        let host = FieldText.value("host", in: message.fields).map { String(decoding: $0, as: UTF8.self) }
        message.authority = authority ?? host ?? ""
        return message
    }

    /// The response that a field section describes.
    static func response(_ fields: [HTTPField], isSecure: Bool) -> HTTPMessage {
        var message = HTTPMessage(scheme: isSecure ? "https" : "http")
        for field in fields {
            if field.isKnown, field.name.rawSpan.hasASCII(":status"), field.name.count == 7 {
                message.status = Int(String(decoding: field.value, as: UTF8.self))
            } else {
                message.fields.append(field)
            }
        }
        return message
    }

    /// The value of `:protocol`, if the section opens an extended CONNECT.
    static func connectProtocol(_ fields: [HTTPField]) -> [UInt8]? { FieldText.value(":protocol", in: fields) }
}
