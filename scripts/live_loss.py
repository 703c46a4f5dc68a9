#!/usr/bin/env python3
"""What is lost of packets on a wire, and at what cost: egret watch beside tcpdump and Suricata.

A capture is replayed over a veth pair, in a loop and as fast as it goes, once for each of the tools in turn, which all have
a ring of the same size. The sender has the first processor and the tool the last. Prints packets, loss and processor
seconds; the tools' starts are part of them. Needs root, iproute2, ethtool and tcpreplay, and of the tools those that are
to be compared; what it makes it takes away again. Nothing else should run beside it: the load is printed, and a busy
machine loses packets that an idle one does not.

usage: live_loss.py --egret PATH --capture FILE [--seconds 20] [--ring 8] [--rate PACKETS] [--threads 1,2]
                    [--suricata-config FILE] [--only egret,tcpdump,suricata]
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
# As large as frames get where the sender's offloading is recorded.
MTU = 65_535
READY = 60


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


@contextlib.contextmanager
def wire():
    """Two namespaces and a veth pair between them: (sender, its interface, receiver, its interface)."""
    mark = f"egl{os.getpid() % 100_000}"
    sender, receiver, out, into = f"{mark}s", f"{mark}r", f"{mark}o", f"{mark}i"
    try:
        for name in (sender, receiver):
            run("ip", "netns", "add", name)
            # Neighbours of IPv6 would talk beside what is replayed.
            run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                "net.ipv6.conf.default.disable_ipv6=1")
        run("ip", "-n", sender, "link", "add", out, "type", "veth", "peer", "name", into, "netns", receiver)
        for name, interface in ((sender, out), (receiver, into)):
            run("ip", "-n", name, "link", "set", interface, "mtu", str(MTU), "up")
        yield sender, out, receiver, into
    finally:
        for name in (sender, receiver):
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL, check=False)


class Tool:
    """A tool: how it is begun, when it is ready, and what it says at its end that it got and lost."""

    def __init__(self, name, command, ready, result):
        self.name, self.command, self.ready, self.result = name, command, ready, result


def egret(path, interface, ring, threads, directory):
    output = directory / f"egret-{threads}"
    output.mkdir()
    command = [path, "watch", "--interface", interface, "--buffer-size", str(ring), "--output", str(output)]
    if threads > 1:
        command += ["--threads", str(threads)]

    def result(_):
        lines = [line for file in sorted(output.glob("events-*.jsonl")) for line in file.read_text().splitlines()]
        capture = [event for event in map(json.loads, lines) if event["type"] == "stats"][-1]["capture"]
        return capture["packets"], capture["dropped_kernel"]

    return Tool("egret watch" if threads == 1 else f"egret watch --threads {threads}", command, "watching", result)


def tcpdump(interface, ring):
    command = ["tcpdump", "-Z", "root", "-n", "-i", interface, "-B", str(ring >> 10), "-w", "/dev/null"]

    def result(log):
        got = int(re.search(r"(\d+) packets? captured", log)[1])
        return got, int(re.search(r"(\d+) packets? dropped by kernel", log)[1])

    return Tool("tcpdump -w /dev/null", command, "listening on", result)


# No rules, and the records that say what egret says: TLS, QUIC, DNS and flows.
SURICATA = """%YAML 1.1
---
default-log-dir: {directory}
logging: {{default-log-level: notice, outputs: [{{console: {{enabled: yes, level: notice}}}}]}}
outputs:
  - eve-log: {{enabled: yes, filetype: regular, filename: eve.json, types: [tls, quic, dns, flow]}}
app-layer:
  protocols:
    tls: {{enabled: yes, detection-ports: {{dp: "443"}}}}
    quic: {{enabled: yes}}
    dns: {{tcp: {{enabled: yes, detection-ports: {{dp: "53"}}}}, udp: {{enabled: yes, detection-ports: {{dp: "53"}}}}}}
flow: {{memcap: 1gb, hash-size: 65536, prealloc: 10000}}
stream: {{memcap: 1gb, checksum-validation: no, midstream: yes, reassembly: {{memcap: 1gb, depth: 1mb}}}}
capture: {{checksum-validation: none}}
unix-command: {{enabled: no}}
af-packet:
  - {{interface: default, threads: 1, cluster-id: 99, cluster-type: cluster_flow, defrag: no, use-mmap: yes,
      tpacket-v3: yes, block-size: {block}, ring-size: {frames}, checksum-checks: no}}
"""


def suricata(interface, ring, config, directory):
    # It counts its ring in frames of the interface's size, of which a block holds so many.
    frames = max(1, ring // MIB - 1) * (MIB // (MTU + 200))
    more = []
    if config is None:
        config = directory / "suricata.yaml"
        config.write_text(SURICATA.format(directory=directory, block=MIB, frames=frames))
    else:
        values = {"block-size": MIB, "ring-size": frames, "threads": 1, "tpacket-v3": "yes"}
        more = [part for key, value in values.items() for part in ("--set", f"af-packet.0.{key}={value}")]
        more += ["--set", "logging.default-log-level=notice", "--set", "logging.outputs.0.console.level=notice"]
    command = ["suricata", "-c", str(config), "-l", str(directory), "-k", "none", f"--af-packet={interface}", *more]

    def result(log):
        found = re.search(r"packets: (\d+), drops: (\d+)", log) or re.search(r"pkts: (\d+), drop: (\d+)", log)
        # What the kernel counts first is all that came, with what it then dropped.
        return int(found[1]) - int(found[2]), int(found[2])

    return Tool("Suricata af-packet", command, "Engine started", result)


def replay(sender, interface, arguments):
    """Replays for so many seconds, and says how many packets were sent and in what time."""
    speed = ["--pps", str(arguments.rate)] if arguments.rate else ["--topspeed"]
    found = run("ip", "netns", "exec", sender, "taskset", "-c", "0", "tcpreplay", "-i", interface, *speed, "--loop", "0",
                "--duration", str(arguments.seconds), "--preload-pcap", "--stats", "0", str(arguments.capture),
                timeout=arguments.seconds + 120).stdout
    sent = re.search(r"Successful packets:\s+(\d+)", found)
    # One line for each loop, of all so far.
    times = re.findall(r"sent in ([\d.]+) seconds", found)
    if not sent or not times:
        raise SystemExit(f"tcpreplay said something else than expected:\n{found}")
    return int(sent[1]), float(times[-1])


def wait_for(process, words, log):
    end = time.monotonic() + READY
    while words not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"{process.args[0]} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def measure(tool, arguments, directory):
    """One replay with one tool: a line of the table."""
    with wire() as (sender, out, receiver, into):
        made = tool(into)
        log = directory / "log"
        last = str(os.cpu_count() - 1)
        command = ["ip", "netns", "exec", receiver, "taskset", "-c", f"0-{last}" if arguments.unpinned else last]
        with open(log, "wb") as file:
            process = subprocess.Popen([*command, *made.command], stdout=file, stderr=subprocess.STDOUT)
        try:
            wait_for(process, made.ready, log)
            time.sleep(1)
            sent, seconds = replay(sender, out, arguments)
            time.sleep(1)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
    got, dropped = made.result(log.read_text(errors="replace"))
    return made.name, sent, sent / seconds, got, dropped, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--capture", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--ring", type=int, default=8, help="each tool's ring, in MiB")
    parser.add_argument("--rate", type=int, help="packets a second; as fast as it goes unless given")
    parser.add_argument("--threads", default="1", help="of egret, one run for each number given")
    parser.add_argument("--suricata-config", type=pathlib.Path)
    parser.add_argument("--only", default="egret,tcpdump,suricata")
    parser.add_argument("--unpinned", action="store_true", help="leave the tool all processors")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",")
    needed = ["ip", "taskset", "tcpreplay"] + [name for name in wanted if name != "egret"]
    missing = [name for name in needed if shutil.which(name) is None]
    if os.geteuid() != 0 or missing:
        print(f"skipped: {'not installed: ' + ', '.join(missing) if missing else 'not root'}")
        return 77
    ring = arguments.ring * MIB
    with tempfile.TemporaryDirectory(prefix="egret-loss-") as temporary:
        directory = pathlib.Path(temporary)
        tools = []
        if "egret" in wanted:
            tools += [lambda into, n=int(n): egret(arguments.egret, into, ring, n, directory)
                      for n in arguments.threads.split(",")]
        if "tcpdump" in wanted:
            tools.append(lambda into: tcpdump(into, ring))
        if "suricata" in wanted:
            tools.append(lambda into: suricata(into, ring, arguments.suricata_config, directory))
        print(f"{arguments.capture.name} in a loop for {arguments.seconds} s, rings of {arguments.ring} MiB, load "
              f"{os.getloadavg()[0]:.1f} before\n")
        print("| tool | packets sent | a second | seen | lost % | CPU s | CPU us a packet seen |\n"
              "|---|---|---|---|---|---|---|")
        for tool in tools:
            name, sent, rate, got, dropped, cpu = measure(tool, arguments, directory)
            # What was sent is the measure: a tool's own count of drops leaves out what it never heard of.
            lost = 100 * max(0, sent - got) / sent
            print(f"| {name} | {sent:,} | {rate:,.0f} | {got:,} | {lost:.3f} | {cpu:.2f} | {1e6 * cpu / max(got, 1):.2f} |"
                  + ("" if abs(sent - got - dropped) <= 10 else f" it counts {dropped:,} dropped"), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
