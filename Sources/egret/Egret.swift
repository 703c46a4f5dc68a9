@main struct Egret { static func main() {} }
