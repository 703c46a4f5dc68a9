#!/usr/bin/env python3
"""Records the captures of the demonstration: runs of client.py over TLS on the loopback interface, with the server's key log.

It needs the right to capture (root), tcpdump or dumpcap, and openssl. It writes vVERSION-ZONE-N.pcap and .keys next to itself:
six runs of each version in each of two time zones. Run it at an hour at which both zones have the same date.
"""
import http.server
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ZONES = {"lisbon": "Europe/Lisbon", "dubai": "Asia/Dubai"}
HOST = "relay.example"
RUNS = 6


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


def record(scratch, version, name, zone, number):
    base = HERE / f"v{version}-{name}-{number}"
    for suffix in (".pcap", ".keys"):
        base.with_suffix(suffix).unlink(missing_ok=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(scratch / "cert.pem", scratch / "key.pem")
    context.keylog_filename = str(base.with_suffix(".keys"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    capture = base.with_suffix(".pcap")
    if shutil.which("tcpdump"):
        command = ["tcpdump", "-i", "lo", "-U", "--immediate-mode", "-w", str(capture), f"tcp port {port}"]
    else:
        command = ["dumpcap", "-q", "-i", "lo", "-P", "-f", f"tcp port {port}", "-w", str(capture)]
    sniffer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(1.0)
    environment = dict(os.environ, TZ=zone)
    subprocess.run([sys.executable, HERE / "client.py", str(version), str(port), scratch / "cert.pem", HOST],
                   env=environment, check=True)
    time.sleep(1.0)
    sniffer.terminate()
    sniffer.wait()
    server.shutdown()


def main():
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", scratch / "key.pem", "-out", scratch / "cert.pem", "-days", "2", "-subj", f"/CN={HOST}",
                        "-addext", f"subjectAltName=DNS:{HOST}"], check=True, stderr=subprocess.DEVNULL)
        for version in (1, 2):
            for number in range(1, RUNS + 1):
                # The settings take turns, so that what drifts with time falls on both.
                for name, zone in ZONES.items():
                    record(scratch, version, name, zone, number)


if __name__ == "__main__":
    main()
