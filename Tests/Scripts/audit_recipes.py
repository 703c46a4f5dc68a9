#!/usr/bin/env python3
"""Run the recipes of docs/AUDIT.md for key logs on loopback: each program that is installed gives keys that open its connection.

usage: audit_recipes.py [--egret .build/debug/egret] [--only TEXT] [--mitmdump PROGRAM]

The relay of audit_suites.py writes the capture. A server that a recipe needs is Python's. Programs that are not installed are named
in the last line, and their recipes are untested on this machine. Exit status 1 if a recipe does not hold.
"""
import argparse, http.server, os, shutil, ssl, subprocess, sys, tempfile, threading, time, urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from audit_suites import CLIENT, Pcap, TCPRelay, audit, certificate, free_port, wait_for

BODY = b'{"text":"the recipe holds"}'


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


def python_server(directory, keys=None, tls=True):
    """The port of a server that answers every POST; it logs its keys if a file is given."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    if tls:
        key, cert = certificate(directory)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
        if keys:
            context.keylog_filename = keys
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def python_client(port, keys=None):
    context = ssl._create_unverified_context()
    if keys:
        context.keylog_filename = keys
    request = urllib.request.Request(f"https://localhost:{port}/recipe", data=BODY, headers={"Content-Type": "application/json"})
    urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)).open(request, timeout=10).read()


class Program:
    """A program that runs while a request is sent."""

    def __init__(self, command, port, **more):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        wait_for(port)
        time.sleep(0.3)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def relay(pcap, port):
    passing = TCPRelay(pcap, port, CLIENT[1])
    passing.start()
    return passing


def recipe_python_client(directory, keys, pcap):
    passing = relay(pcap, python_server(directory))
    python_client(passing.port, keys)
    passing.join(3)


def recipe_python_server(directory, keys, pcap):
    passing = relay(pcap, python_server(directory, keys))
    python_client(passing.port)
    passing.join(3)


def recipe_curl(directory, keys, pcap):
    passing = relay(pcap, python_server(directory))
    subprocess.run(["curl", "-sk", "--noproxy", "*", "-H", "Content-Type: application/json", "-d", BODY.decode(), f"https://127.0.0.1:{passing.port}/recipe"],
                   env={**os.environ, "SSLKEYLOGFILE": keys}, check=True, stdout=subprocess.DEVNULL)
    passing.join(3)


def recipe_node(directory, keys, pcap):
    passing = relay(pcap, python_server(directory))
    script = ("const r=require('https').request({host:'127.0.0.1',port:+process.argv[2],path:'/recipe',method:'POST',rejectUnauthorized:false,"
              "headers:{'Content-Type':'application/json'}},s=>s.resume());r.end(process.argv[3])")
    path = os.path.join(directory, "client.js")
    open(path, "w").write(script)
    subprocess.run(["node", f"--tls-keylog={keys}", path, str(passing.port), BODY.decode()], check=True, stdout=subprocess.DEVNULL)
    passing.join(3)


def recipe_caddy(directory, keys, pcap):
    key, cert = certificate(directory)
    port, behind = free_port(), python_server(directory, tls=False)
    path = os.path.join(directory, "Caddyfile")
    open(path, "w").write(
        "{\n admin off\n auto_https disable_redirects\n default_sni localhost\n}\n"
        f"https://localhost:{port} {{\n tls {cert} {key} {{\n  insecure_secrets_log {keys}\n }}\n reverse_proxy 127.0.0.1:{behind}\n}}\n")
    environment = {**os.environ, "HOME": directory, "XDG_DATA_HOME": directory, "XDG_CONFIG_HOME": directory}
    with Program(["caddy", "run", "--config", path, "--adapter", "caddyfile"], port, env=environment):
        passing = relay(pcap, port)
        python_client(passing.port)
        passing.join(3)


def recipe_haproxy(directory, keys, pcap):
    """HAProxy writes no key log: the log format has the secrets, and this script puts the lines together as docs/AUDIT.md says."""
    key, cert = certificate(directory)
    both, port, behind = os.path.join(directory, "both.pem"), free_port(), python_server(directory, tls=False)
    open(both, "w").write(open(cert).read() + open(key).read())
    labels = {"CLIENT_HANDSHAKE_TRAFFIC_SECRET": "client_handshake_traffic_secret", "SERVER_HANDSHAKE_TRAFFIC_SECRET": "server_handshake_traffic_secret",
              "CLIENT_TRAFFIC_SECRET_0": "client_traffic_secret_0", "SERVER_TRAFFIC_SECRET_0": "server_traffic_secret_0"}
    form = "|".join(f"{label} %[ssl_fc_client_random,hex] %[ssl_fc_{fetch}]" for label, fetch in labels.items())
    path, log = os.path.join(directory, "haproxy.cfg"), os.path.join(directory, "haproxy.log")
    open(path, "w").write(
        "global\n tune.ssl.keylog on\n log stdout format raw local0\n"
        "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n"
        f"frontend f\n bind 127.0.0.1:{port} ssl crt {both}\n log global\n log-format \"{form}\"\n default_backend b\n"
        f"backend b\n server s 127.0.0.1:{behind}\n")
    with open(log, "w") as output:
        process = subprocess.Popen(["haproxy", "-db", "-f", path], stdout=output, stderr=subprocess.DEVNULL)
        wait_for(port)
        passing = relay(pcap, port)
        python_client(passing.port)
        passing.join(3)
        time.sleep(0.5)
        process.terminate()
        process.wait(10)
    with open(keys, "w") as file:
        for line in open(log):
            if "TRAFFIC_SECRET" in line:
                file.write(line.replace("|", "\n"))


def recipe_mitmproxy(directory, keys, pcap):
    """The leg between client and proxy is recorded: the client trusts the proxy, which is a reverse proxy here."""
    port, behind = free_port(), python_server(directory)
    environment = {**os.environ, "MITMPROXY_SSLKEYLOGFILE": keys, "HOME": directory}
    command = [Programs.mitmdump, "--mode", f"reverse:https://127.0.0.1:{behind}", "--listen-host", "127.0.0.1", "-p", str(port), "--ssl-insecure", "-q",
               "--set", f"confdir={directory}"]
    with Program(command, port, env=environment):
        passing = relay(pcap, port)
        python_client(passing.port)
        passing.join(3)


class Programs:
    mitmdump = "mitmdump"


RECIPES = {"Python, client": (recipe_python_client, "python3"), "Python, server": (recipe_python_server, "python3"),
           "curl": (recipe_curl, "curl"), "Node": (recipe_node, "node"), "Caddy": (recipe_caddy, "caddy"),
           "HAProxy": (recipe_haproxy, "haproxy"), "mitmproxy": (recipe_mitmproxy, None)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=".build/debug/egret")
    parser.add_argument("--only", default="")
    parser.add_argument("--mitmdump", default="mitmdump")
    a = parser.parse_args()
    Programs.mitmdump = a.mitmdump
    run, failed, skipped = 0, 0, []
    for name, (recipe, program) in RECIPES.items():
        if a.only not in name:
            continue
        if not shutil.which(program or a.mitmdump):
            skipped.append(name)
            continue
        run += 1
        with tempfile.TemporaryDirectory() as directory:
            capture, pcap = os.path.join(directory, "run.pcap"), Pcap()
            try:
                recipe(directory, os.path.join(directory, "run.keys"), pcap)
            except (OSError, subprocess.SubprocessError) as error:
                print(f"BROKEN: {name}: {error}")
                failed += 1
                continue
            pcap.write(capture)
            code, rows = audit(a.egret, capture)
            states = [row["state"] for row in rows if row["type"] == "connection"]
            paths = [(row["method"], row["path"], row["request_body"]["bytes"]) for row in rows if row["type"] == "request"]
            if code != 0 or set(states) != {"opened"} or ("POST", "/recipe", len(BODY)) not in paths:
                print(f"BROKEN: {name}: exit {code}, states {states}, requests {paths}")
                failed += 1
            else:
                print(f"ok: {name}")
    print(f"{run} recipes, {failed} do not hold" + (f"; not installed, and so not tested: {', '.join(skipped)}" if skipped else ""))
    return 1 if failed else 0 if run else 77


if __name__ == "__main__":
    sys.exit(main())
