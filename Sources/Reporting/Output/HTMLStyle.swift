/// The style and the script of HTML reports: part of the one file, allowed by their hashes alone.
enum HTMLStyle {
    /// Light and dark by what the reader prefers, and for paper. Colors of text have a contrast of at least 4.5 to 1 (WCAG 2.2 AA).
    static let css = """
        :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--muted:#57606a;--line:#d0d7de;--soft:#f6f8fa;--accent:#0757ad;
        --good:#116329;--bad:#b02a1f;--warn:#7d4e00;--c0:#0757ad;--c1:#b35900;--c2:#1a7f37;--c3:#8250df;--c4:#bf3989;--c5:#6e7781;
        --c6:#9a8a00}
        @media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--muted:#9da7b3;--line:#30363d;--soft:#161b22;
        --accent:#79b8ff;--good:#56d364;--bad:#ff8b82;--warn:#e3b341;--c0:#58a6ff;--c1:#ffa657;--c2:#56d364;--c3:#bc8cff;--c4:#f778ba;
        --c5:#8b949e;--c6:#d2c057}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
        main,header,nav{max-width:80rem;margin:0 auto;padding:0 1.25rem}
        header{padding-top:2rem}
        h1{font-size:1.75rem;margin:0 0 .5rem}
        h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line)}
        h3{font-size:1rem;margin:1.5rem 0 .5rem}
        p{max-width:46rem;margin:.5rem 0}
        a{color:var(--accent)}
        .verdict{font-size:1.15rem;max-width:52rem}
        .muted{color:var(--muted)}
        .good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none;font-size:.9rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1rem 0}
        dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0;list-style:none}
        .tiles li{background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem}
        .tiles b{display:block;font-size:1.5rem;line-height:1.2}
        .wide{overflow-x:auto;margin:.75rem 0;border:1px solid var(--line);border-radius:.5rem}
        table{border-collapse:collapse;width:100%;font-size:.8125rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;padding:.5rem;color:var(--muted)}
        th,td{padding:.35rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
        tbody tr:last-child td{border-bottom:0}
        thead th{background:var(--soft);white-space:nowrap}
        th.n,td.n{text-align:right;white-space:nowrap}
        td{white-space:nowrap}
        td.long{white-space:normal;overflow-wrap:anywhere;min-width:14rem}
        th button{all:unset;cursor:pointer;font-weight:600}
        th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
        svg{display:block;width:100%;height:auto;margin:.5rem 0}
        svg text{fill:var(--muted);font:12px system-ui,sans-serif}
        .f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}.f4{fill:var(--c4)}.f5{fill:var(--c5)}.f6{fill:var(--c6)}
        .axis{stroke:var(--line)}.gap{fill:none;stroke:var(--bad)}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none;font-size:.875rem}
        .legend svg{display:inline-block;width:.8rem;height:.8rem;margin:0 .35rem 0 0;vertical-align:-.05rem}
        pre{overflow-x:auto;background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.75rem;font-size:.8rem}
        pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
        footer{max-width:80rem;margin:2rem auto;padding:1rem 1.25rem;color:var(--muted);font-size:.875rem}
        @media (max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}h1{font-size:1.4rem}th,td{padding:.3rem .5rem}}
        @media print{:root{color-scheme:light;--bg:#fff;--fg:#000;--muted:#444;--line:#bbb;--soft:#fff;--accent:#000;--good:#000;
        --bad:#000;--warn:#000;--c0:#0757ad;--c1:#b35900;--c2:#1a7f37;--c3:#8250df;--c4:#bf3989;--c5:#6e7781;--c6:#9a8a00}
        nav{display:none}body{font-size:10pt}.wide{overflow:visible}h2{break-after:avoid}tr,svg{break-inside:avoid}
        thead{display:table-header-group}
        table{font-size:8pt}td,td.n,th,td.long{white-space:normal;min-width:0;overflow-wrap:anywhere;padding:.15rem .3rem}
        thead th{white-space:normal}}
        """

    /// Sorts a table by a column if its head is pressed. The report is complete without it.
    static let script = """
        document.querySelectorAll("table.sort thead th").forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        while (head.firstChild) button.append(head.firstChild);
        head.append(button);
        button.addEventListener("click", () => {
        const table = head.closest("table"), body = table.tBodies[0];
        const place = [...head.parentNode.children].indexOf(head);
        const down = head.getAttribute("aria-sort") !== "descending";
        table.querySelectorAll("th").forEach(other => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = row => { const cell = row.children[place]; return cell.dataset.v ?? cell.textContent; };
        const numeric = head.classList.contains("n");
        [...body.rows].sort((a, b) => {
        const order = numeric ? Number(value(a)) - Number(value(b)) : value(a).localeCompare(value(b), "en");
        return down ? -order : order;
        }).forEach(row => body.append(row));
        });
        });
        """
}
