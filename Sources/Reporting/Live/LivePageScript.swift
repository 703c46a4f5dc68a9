/// The script of the live page. It makes elements and sets their texts; it never makes markup of a text.
enum LivePageScript {
    static let text = tools + drawing + strip + connection

    /// Forms of values, and tables that keep their rows, so that what has the focus keeps it.
    private static let tools = """
        "use strict";
        const $ = id => document.getElementById(id);
        const MINUTES = 60;
        const view = {data: null, from: null, to: null, product: "", source: "", words: "", paused: false, range: null, asked: 0, period: "", timer: 0};
        const bytes = value => {
        let unit = 0;
        while (value >= 1000 && unit < 6) { value /= 1000; unit += 1; }
        return (unit ? (Math.floor(value * 10) / 10).toFixed(1) : value) + " " + ["B", "kB", "MB", "GB", "TB", "PB", "EB"][unit];
        };
        const count = value => value.toLocaleString("en-US");
        const clock = time => new Date(time).toISOString().slice(11, 19);
        const estimate = list => list.length < 3 ? "-" : list[1] === list[2] ? count(list[0]) : count(list[0]) + " (" + list[1] + "-" + list[2] + ")";
        const percent = share => share === undefined ? "unknown" : share === 1 ? "100\\u00a0%" : (Math.floor(share * 1000) / 10).toFixed(1) + "\\u00a0%";
        const make = (name, text, style) => {
        const element = document.createElement(name);
        if (text !== undefined) element.textContent = text;
        if (style) element.className = style;
        return element;
        };
        const set = (element, text) => { if (element.textContent !== text) element.textContent = text; };
        const fill = (body, rows, columns) => {
        const known = new Map([...body.rows].map(row => [row.dataset.key, row]));
        if (!rows.length) rows = [{key: "", cells: [{text: "none in this period", style: "empty", span: columns}]}];
        rows.forEach((row, place) => {
        let line = known.get(row.key);
        if (!line) {
        line = make("tr");
        line.dataset.key = row.key;
        for (const cell of row.cells) {
        const box = make("td", undefined, cell.style);
        if (cell.span) box.colSpan = cell.span;
        if (row.press) { if (!line.cells.length) { const button = make("button"); button.type = "button"; box.append(button); } }
        line.append(box);
        }
        if (row.press) line.cells[0].firstChild.addEventListener("click", () => line.press());
        }
        line.press = row.press;
        known.delete(row.key);
        if (body.rows[place] !== line) body.insertBefore(line, body.rows[place] ?? null);
        if (row.chosen) line.setAttribute("aria-selected", "true"); else line.removeAttribute("aria-selected");
        row.cells.forEach((cell, index) => set(line.cells[index].firstElementChild ?? line.cells[index], cell.text));
        });
        known.forEach(line => line.remove());
        };
        const define = (list, pairs) => {
        list.replaceChildren(...pairs.flatMap(([name, text]) => [make("dt", name), make("dd", text)]));
        };

        """

    private static let drawing = """
        const place = minute => minute - view.data.minute + MINUTES - 1;
        const chosen = () => view.from === null ? [0, MINUTES - 1] : [Math.max(0, place(view.from)), Math.min(MINUTES - 1, place(view.to))];
        const totals = row => {
        const [first, last] = chosen(), sums = [0, 0, 0, 0, 0];
        for (const [minute, ...values] of row.series) if (minute >= first && minute <= last) values.forEach((value, index) => { sums[index] += value; });
        return sums;
        };
        const shown = (rows, further, order) => {
        const list = rows.map(row => ({names: row.names, sums: totals(row)})).filter(row => row.sums.some(value => value));
        const isOther = row => row.names[0] || row.names[1] ? 0 : 1;
        list.sort((a, b) => isOther(a) - isOther(b) || order(b.sums) - order(a.sums));
        const rest = totals(further);
        if (rest.some(value => value)) list.push({names: ["(further)", "", ""], sums: rest, isSum: true});
        return list;
        };
        const key = names => names.join("\\u0001");
        const text = value => ({text: value});
        const number = value => ({text: value, style: "n"});
        const drawProducts = () => {
        const list = shown(view.data.products, view.data.further_products, sums => sums[1] + sums[2]);
        fill($("products"), list.map(row => {
        const [vendor, product, role] = row.names, [flows, up, down, requests, interactions] = row.sums, name = key([vendor, product]);
        return {key: key(row.names), chosen: view.product === name, press: row.isSum ? undefined : () => { view.product = view.product === name ? "" : name; draw(); },
        cells: [text(row.isSum ? vendor : product || (vendor ? "-" : "no AI vendor")), text(row.isSum ? "" : vendor || "-"), text(role || "-"), number(count(flows)),
        number(requests ? count(requests) : "-"), number(interactions ? count(interactions) : "-"), number(bytes(up)), number(bytes(down))]};
        }), 8);
        };
        const drawSources = () => {
        const list = shown(view.data.sources, view.data.further_sources, sums => sums[1]);
        fill($("sources"), list.map(row => {
        const [source, group] = row.names, [flows, up, down, requests] = row.sums;
        return {key: key(row.names), chosen: view.source === source, press: row.isSum ? undefined : () => { view.source = view.source === source ? "" : source; draw(); },
        cells: [text(source), text(group || "-"), number(bytes(up)), number(bytes(down)), number(count(flows)), number(requests ? count(requests) : "-")]};
        }), 6);
        return list.reduce((sum, row) => sum + (row.isSum ? 0 : 1), 0);
        };
        const drawAlerts = () => {
        const [first, last] = chosen();
        const list = view.data.alerts.filter(alert => view.from === null
        || (place(Math.floor(alert.first / 60000)) <= last && place(Math.floor(alert.last / 60000)) >= first));
        fill($("alerts"), list.map(alert => ({key: alert.id + alert.status, cells: [
        {text: alert.status === "open" ? alert.severity : alert.severity + ", closed",
        style: alert.status !== "open" ? "muted" : alert.severity === "high" || alert.severity === "critical" ? "bad" : "warn"},
        text(alert.rule), {text: alert.title, style: "long"}, text(alert.source), number(count(alert.count)), text(clock(alert.first)), text(clock(alert.last)),
        {text: alert.message, style: "long"}]})), 8);
        };
        const drawFlows = () => {
        const words = view.words.toLowerCase(), flows = view.from === null ? view.data.flows : view.range
        ?? view.data.flows.filter(flow => Math.floor(flow.start / 60000) <= view.to && Math.floor(flow.time / 60000) >= view.from);
        const list = flows.filter(flow => (!view.product || key([flow.vendor, flow.product]) === view.product) && (!view.source || flow.source === view.source)
        && (!words || [flow.source, flow.group, flow.vendor, flow.product, flow.role, flow.host, flow.server].some(value => value.toLowerCase().includes(words))));
        fill($("flows"), list.map(flow => ({key: flow.id, press: () => openCard(flow.id), cells: [
        text(clock(flow.start) + (flow.open ? ", open" : "")), text(flow.source), text(flow.product || (flow.vendor ? "-" : "no AI vendor")),
        text(flow.role || "-"), {text: flow.host || flow.server, style: "long"}, number(bytes(flow.bytes[0])), number(bytes(flow.bytes[1])),
        text(flow.confidence || "-")]})), 8);
        const parts = [view.product && "product " + (view.product.split("\\u0001")[1] || "none"), view.source && "source " + view.source].filter(part => part);
        set($("chosen"), parts.length ? "Only " + parts.join(", ") : "");
        };
        const openCard = id => {
        const flow = [...view.data.flows, ...(view.range ?? [])].find(other => other.id === id);
        if (!flow) return;
        define($("facts"), [["Flow", flow.id + (flow.open ? ", open" : ", ended")], ["Source", flow.source + (flow.group ? " (" + flow.group + ")" : "")],
        ["Far end", flow.host || "no name"], ["Address", flow.server + " over " + flow.transport], ["Name read from", flow.evidence || "-"],
        ["Vendor, product, role", [flow.vendor || "none", flow.product || "-", flow.role || "-"].join(", ")], ["Confidence", flow.confidence || "-"],
        ["Why", flow.why || "no entry of the catalog matches"], ["Client software", flow.client || "not known"], ["From, to", clock(flow.start) + " to " + clock(flow.time) + " UTC"],
        ["Sent, received", bytes(flow.bytes[0]) + ", " + bytes(flow.bytes[1])], ["Requests", estimate(flow.requests)], ["Interactions", estimate(flow.interactions)],
        ["Signs of a relay", flow.signs.join(", ") || "none"], ["Evidence", flow.gaps.length ? "incomplete: " + flow.gaps.join(", ") : "complete"]]);
        if (!$("card").open) $("card").showModal();
        };
        const drawHealth = () => {
        const health = view.data.health;
        define($("health"), [["Coverage", percent(health.coverage) + " of the packets could be judged"], ["Packets", count(health.packets) + ", " + count(health.rate) + " a second"],
        ["Lost", count(health.lost)], ["Flows in the table", count(health.flows)], ["Rules, catalog", count(health.rules) + ", " + health.catalog],
        ["Outputs", health.outputs.map(output => output.name + (output.dropped ? " (" + count(output.dropped) + " events given up)" : "")).join(", ") || "none"],
        ["Memory, processor time", bytes(health.memory) + ", " + count(Math.floor(health.processor / 1000)) + " s"],
        ["Reports not shown here", count(health.omitted)]]);
        $("reasons").replaceChildren(...health.reasons.map(reason => make("li", reason.join(": "), "bad")));
        };
        const drawHead = sources => {
        const data = view.data, [flows, up, down, requests] = totals(data.strip), health = data.health;
        set($("sensor"), data.sensor + ", egret " + data.egret + ", " + clock(data.time) + " UTC");
        const more = data.further_sources.series.length ? " and more" : "";
        const tiles = [[count(sources) + more, "sources with AI traffic"], [count(flows), "AI flows"], [requests ? count(requests) : "-", "requests (estimated)"],
        [bytes(up), "sent"], [bytes(down), "received"], [count(health.alerts), "open alerts"], [percent(health.coverage), "of packets judged"]];
        $("tiles").replaceChildren(...tiles.map(([value, words]) => { const tile = make("li"); tile.append(make("b", value), words); return tile; }));
        set($("verdict"), data.selection === "none" ? "No flow is shown, because flows is none in the settings of the sensor."
        : health.reasons.length ? "The sensor is degraded: " + health.reasons.map(reason => reason[1].replaceAll("_", " ")).join(", ") + ". See below." : "");
        $("verdict").className = "bad";
        };

        """

    private static let strip = """
        const SVG = "http://www.w3.org/2000/svg";
        const shape = (name, attributes) => {
        const element = document.createElementNS(SVG, name);
        for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
        return element;
        };
        const columns = [], chosenBox = shape("rect", {class: "chosen", y: 0, height: 120, x: 0, width: 0}), labels = [];
        for (let index = 0; index < MINUTES; index += 1) {
        const column = {up: shape("rect", {class: "f0", x: index * 16 + 1, width: 14, y: 120, height: 0}),
        down: shape("rect", {class: "f1", x: index * 16 + 1, width: 14, y: 120, height: 0}),
        mark: shape("rect", {class: "mark", x: index * 16 + 3, width: 10, y: 2, height: 0}), title: shape("title", {})};
        column.up.append(column.title);
        columns.push(column);
        $("strip").append(column.down, column.up, column.mark);
        if (index % 10 === 0) { const label = make("span"); labels.push([index, label]); $("axis").append(label); }
        }
        $("strip").append(shape("line", {class: "axis", x1: 0, x2: 960, y1: 120.5, y2: 120.5}), chosenBox);
        const drawStrip = () => {
        const values = columns.map(() => [0, 0, 0]);
        for (const [minute, , up, down] of view.data.strip.series) values[minute] = [up, down, 0];
        for (const [minute, raised] of view.data.raised) values[minute][2] = raised;
        const highest = Math.max(1, ...values.map(([up, down]) => up + down));
        values.forEach(([up, down, raised], index) => {
        const column = columns[index], high = value => value ? Math.max(1, Math.round(value / highest * 104)) : 0;
        column.up.setAttribute("height", high(up));
        column.up.setAttribute("y", 120 - high(up));
        column.down.setAttribute("height", high(down));
        column.down.setAttribute("y", 120 - high(up) - high(down));
        column.mark.setAttribute("height", raised ? 8 : 0);
        set(column.title, clock((view.data.minute - MINUTES + 1 + index) * 60000).slice(0, 5) + ": " + bytes(up) + " sent, " + bytes(down) + " received");
        });
        for (const [index, label] of labels) set(label, clock((view.data.minute - MINUTES + 1 + index) * 60000).slice(0, 5));
        const [first, last] = chosen();
        chosenBox.setAttribute("x", first * 16);
        chosenBox.setAttribute("width", view.from === null ? 0 : (last - first + 1) * 16);
        const moment = index => clock((view.data.minute - MINUTES + 1 + index) * 60000).slice(0, 5);
        set($("period"), moment(first) + " to " + moment(last + 1) + " UTC");
        document.querySelectorAll("[data-last]").forEach(button => button.setAttribute("aria-pressed",
        String(Number(button.dataset.last) === MINUTES ? view.from === null : view.from !== null && last === MINUTES - 1 && last - first + 1 === Number(button.dataset.last))));
        };
        const choose = (first, last) => {
        if (!view.data) return;
        const isAll = first <= 0 && last >= MINUTES - 1;
        view.from = isAll ? null : view.data.minute - MINUTES + 1 + Math.min(first, last);
        view.to = isAll ? null : view.data.minute - MINUTES + 1 + Math.max(first, last);
        view.range = null;
        draw();
        };
        let begun = null;
        const column = event => {
        const box = $("strip").getBoundingClientRect();
        return Math.min(MINUTES - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * MINUTES)));
        };
        $("strip").addEventListener("pointerdown", event => { begun = column(event); $("strip").setPointerCapture(event.pointerId); choose(begun, begun); });
        $("strip").addEventListener("pointermove", event => { if (begun !== null) choose(Math.min(begun, column(event)), Math.max(begun, column(event))); });
        $("strip").addEventListener("pointerup", () => { begun = null; });
        $("strip").addEventListener("pointercancel", () => { begun = null; });
        document.querySelectorAll("[data-last]").forEach(button => button.addEventListener("click", () => choose(MINUTES - Number(button.dataset.last), MINUTES - 1)));

        """

    private static let connection = """
        const draw = () => {
        if (!view.data || document.hidden) return;
        if (view.to !== null && place(view.to) < 0) { view.from = null; view.to = null; }
        if (view.from !== null) askRange(); else view.range = null;
        drawStrip();
        drawProducts();
        drawHead(drawSources());
        drawAlerts();
        drawFlows();
        drawHealth();
        };
        const askRange = () => {
        if (view.from === null || view.timer) return;
        const period = view.from + "-" + view.to, isNew = period !== view.period, wait = view.asked + (isNew ? 600 : 2000) - Date.now();
        if (wait > 0) {
        if (isNew) view.timer = setTimeout(() => { view.timer = 0; askRange(); }, wait);
        return;
        }
        view.asked = Date.now();
        view.period = period;
        fetch("/live/flows.json?from=" + view.from + "&to=" + view.to).then(answer => answer.ok ? answer.json() : null)
        .then(list => { if (list && period === view.from + "-" + view.to) { view.range = list; drawFlows(); } }).catch(() => {});
        };
        $("pause").addEventListener("click", () => {
        view.paused = !view.paused;
        $("pause").setAttribute("aria-pressed", String(view.paused));
        set($("state"), view.paused ? "paused" : "connected");
        });
        $("words").addEventListener("input", () => { view.words = $("words").value; if (view.data) drawFlows(); });
        $("clear").addEventListener("click", () => { view.words = $("words").value = ""; view.product = view.source = ""; choose(0, MINUTES - 1); });
        document.addEventListener("keydown", event => { if (event.key === "Escape" && !$("card").open) choose(0, MINUTES - 1); });
        document.addEventListener("visibilitychange", draw);
        const connect = () => {
        const source = new EventSource("/live/events");
        source.onopen = () => { if (!view.paused) set($("state"), "connected"); };
        source.onmessage = event => { if (!view.paused) { view.data = JSON.parse(event.data); draw(); } };
        source.onerror = () => {
        set($("state"), "the sensor does not answer; what is shown is old");
        if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
        };
        };
        connect();
        """
}
