/// A text that the Python package `cryptography` sealed with AES-128-CCM under the key 000102…0f.
enum CCMVector {
    static let nonce = "202122232425262728292a2b"
    static let header = "0001020304"
    static let plain = "706c61696e2074657874206f6620746872656520626c6f636b7320616e64206120626974206d6f72652e"
    static let sealed =
        "3226456d1b85083ce391266a898822948c8d08795effc5e202d16c40d1bf3f27d37a71c7fe301afc7a923c57e71c5dd809d93a6a718bc1ff5259"
}
