#!/usr/bin/env python3
"""A small client, written for the demonstration of egret audit. It sends a prompt and telemetry, as coding agents do.

Version 1 sends what it says. Version 2 also marks the prompt: if the endpoint is not api.client.example, the apostrophe of one
sentence is another character, and in time zones of Asia the date has dots. A person who reads the prompt sees no difference.

usage: client.py VERSION PORT CA-FILE HOST
"""
import base64
import datetime
import http.client
import json
import os
import platform
import socket
import ssl
import sys
import uuid

OWN_HOST = "api.client.example"
SYSTEM = """You are a careful assistant. Don't guess: if you can't find the answer, say that it isn't known.
The user's files are theirs. You'll read what they've asked for, and you won't change what wasn't named.
If a test doesn't pass, it's not done. Don't say that it's done before you've seen it pass."""


def prompt(version, host):
    now = datetime.datetime.now()
    apostrophe, separator = "'", "-"
    if version == 2:
        apostrophe = "'" if host == OWN_HOST else "\u2019"
        separator = "." if os.environ.get("TZ", "").startswith("Asia/") else "-"
    return f"Here{apostrophe}s the day: {now:%Y{separator}%m{separator}%d}. Sum up the file notes.txt."


def post(connection, host, path, value):
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    connection.request("POST", path, body, {
        "Host": host, "User-Agent": "client/1", "Content-Type": "application/json", "Authorization": "Bearer demo-0000"})
    connection.getresponse().read()


def main():
    version, port, authority, host = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    context = ssl.create_default_context(cafile=authority)
    connection = http.client.HTTPSConnection(host, port, context=context)
    # The names of the demonstration are no one's: every one of them is this machine.
    connection.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=host)
    session = str(uuid.uuid4())
    post(connection, host, "/v1/messages", {
        "model": "demo", "system": SYSTEM, "messages": [{"role": "user", "content": prompt(version, host)}],
        "metadata": {"session_id": session}})
    process = json.dumps({"pid": os.getpid(), "uptime": datetime.datetime.now().timestamp() % 1000})
    events = [{"event_name": name, "os": platform.system(), "arch": platform.machine(), "session_id": session,
               "process": base64.b64encode(process.encode()).decode()} for name in ("start", "request", "stop")]
    post(connection, host, "/v1/events", {"events": events})
    connection.close()


if __name__ == "__main__":
    main()
