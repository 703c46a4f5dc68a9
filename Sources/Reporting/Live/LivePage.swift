import Crypto
import Foundation

/// The live page: one page that a sensor serves, filled by its script from `LiveSnapshot`s.
///
/// The page itself is the same for every reader and holds no value of the sensor. The script sets texts and attributes only, never
/// markup, so that a name from the wire stays a text. The policy (CSP) lets nothing run but style and script of the page, by their
/// hashes, and nothing be asked but the sensor itself.
public enum LivePage {
    /// The page.
    public static let text = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>AI traffic, live</title>
        <style>\(style)</style>
        </head>
        <body>
        \(body)<script>\(LivePageScript.text)</script>
        </body>
        </html>

        """

    /// The fields of the answer's head that go with it.
    public static let headers = [
        "content-security-policy":
            "default-src 'none'; style-src '\(hash(style))'; script-src '\(hash(LivePageScript.text))'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer", "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
    ]

    private static let style = HTMLStyle.css + LivePageStyle.css

    private static func hash(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }

    private static let body = """
        <header>
        <h1>AI traffic, live</h1>
        <p class="muted"><span id="sensor">No data yet</span>; <span id="state" role="status">connecting</span></p>
        <noscript><p class="bad">This page needs its script. <code>egret top</code> shows the same in a terminal.</p></noscript>
        <ul class="tiles" id="tiles"></ul>
        <p id="verdict"></p>
        </header>
        <main>
        <section aria-labelledby="hour">
        <h2 id="hour">Last hour</h2>
        <div class="tools" role="group" aria-label="Period">
        <button type="button" data-last="60">Whole hour</button>
        <button type="button" data-last="15">15 minutes</button>
        <button type="button" data-last="5">5 minutes</button>
        <button type="button" id="pause" aria-pressed="false">Pause</button>
        <span class="muted" id="period"></span>
        </div>
        <svg id="strip" viewBox="0 0 960 122" preserveAspectRatio="none" role="img" aria-label="Bytes of AI traffic by minute"></svg>
        <div id="axis" class="muted" aria-hidden="true"></div>
        <ul class="legend"><li><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" class="f0"></rect></svg>sent</li>
        <li><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" class="f1"></rect></svg>received</li>
        <li><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" class="mark"></rect></svg>alert</li>
        <li class="muted">Drag over the strip to choose a period.</li></ul>
        </section>
        <section aria-labelledby="alerts-head">
        <h2 id="alerts-head">Alerts</h2>
        \(table("alerts", "Open alerts, then closed ones", ["Severity", "Rule", "Title", "Source", "#Hits", "First", "Last", "Message"]))</section>
        <section aria-labelledby="products-head">
        <h2 id="products-head">Products</h2>
        \(table("products", "Press a product to see its flows alone", ["Product", "Vendor", "Role", "#Flows", "#Requests", "#Interactions", "#Sent", "#Received"]))</section>
        <section aria-labelledby="sources-head">
        <h2 id="sources-head">Sources by what they sent</h2>
        \(table("sources", "Press a source to see its flows alone", ["Source", "Group", "#Sent", "#Received", "#Flows", "#Requests"]))</section>
        <section aria-labelledby="flows-head">
        <h2 id="flows-head">Flows</h2>
        <div class="tools"><label>Only with <input type="search" id="words" autocomplete="off" spellcheck="false"></label>
        <button type="button" id="clear">All flows</button> <span class="muted" id="chosen"></span></div>
        \(table("flows", "The newest flows; press one for its evidence", ["Flow", "Source", "Product", "Role", "Host", "#Sent", "#Received", "Confidence"]))</section>
        <section aria-labelledby="health-head">
        <h2 id="health-head">Coverage and health</h2>
        <dl id="health"></dl>
        <ul id="reasons"></ul>
        </section>
        </main>
        <dialog id="card" aria-labelledby="card-head">
        <h2 id="card-head">Flow</h2>
        <dl id="facts"></dl>
        <form method="dialog"><button>Close</button></form>
        </dialog>
        <footer>egret observes and blocks nothing. An attribution says that traffic is consistent with a vendor's, with the evidence that
        is stated. Bytes of a flow are counted when it is reported: at its end, and every five minutes unless set otherwise.</footer>

        """

    /// A table without rows; heads of numbers begin with `#`.
    private static func table(_ id: String, _ caption: String, _ heads: [String]) -> String {
        let cells = heads.map { head in
            head.hasPrefix("#")
                ? "<th scope=\"col\" class=\"n\">\(head.dropFirst())</th>" : "<th scope=\"col\">\(head)</th>"
        }
        return """
            <div class="wide" role="region" aria-label="\(caption)" tabindex="0"><table><caption>\(caption)</caption>
            <thead><tr>\(cells.joined())</tr></thead><tbody id="\(id)"></tbody></table></div>

            """
    }
}

/// What the live page adds to the style of reports.
enum LivePageStyle {
    static let css = """

        .tools{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.5rem 0;font-size:.875rem}
        button,input{font:inherit;color:var(--fg);background:var(--soft);border:1px solid var(--line);border-radius:.375rem;padding:.2rem .6rem}
        button{cursor:pointer}
        button:focus-visible,input:focus-visible,.wide:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        button[aria-pressed=true]{border-color:var(--accent);color:var(--accent)}
        td button{border:0;background:none;padding:0;color:var(--accent);text-align:left;text-decoration:underline;overflow-wrap:anywhere}
        tr[aria-selected=true] td{background:var(--soft)}
        td.empty{color:var(--muted)}
        #axis{display:flex;font-size:.75rem}
        #axis span{flex:1}
        #strip{height:9rem;margin-bottom:.25rem;touch-action:none;cursor:crosshair;user-select:none;-webkit-user-select:none}
        #strip .chosen{fill:var(--accent);fill-opacity:.15}
        .mark{fill:var(--bad)}
        dialog{max-width:min(46rem,94vw);width:100%;color:var(--fg);background:var(--bg);border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.25rem}
        dialog::backdrop{background:rgba(0,0,0,.5)}
        dialog h2{margin:0;border:0;padding:0}
        .wide{max-height:26rem;overflow-y:auto}
        .wide thead th{position:sticky;top:0}
        """
}
