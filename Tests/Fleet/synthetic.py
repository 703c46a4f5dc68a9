"""Events of a made-up fleet, as egret writes them: for load, for truth that is known, and for faults of delivery."""
import base64
import hashlib
import ipaddress
import json
import random
import struct
from datetime import datetime, timezone

NANOSECONDS = 1_000_000_000
# A vendor's product with its host, its role and how often it is met.
PRODUCTS = [
    ("openai", "chatgpt", "chatgpt.com", "web", "assistant", "US", 0.05),
    ("openai", "openai-api", "api.openai.com", "inference", "api", "US", 0.02),
    ("anthropic", "claude-api", "api.anthropic.com", "inference", "api", "US", 0.02),
    ("anthropic", "claude", "claude.ai", "web", "assistant", "US", 0.02),
    ("deepseek", "deepseek-chat", "chat.deepseek.com", "web", "assistant", "CN", 0.02),
    ("google", "gemini-api", "generativelanguage.googleapis.com", "inference", "api", "US", 0.02),
]
JA4 = [f"t13d{1500 + i}h2_{hashlib.md5(str(i).encode()).hexdigest()[:12]}_{hashlib.sha1(str(i).encode()).hexdigest()[:12]}"
       for i in range(40)]
JA3 = [hashlib.md5(f"ja3{i}".encode()).hexdigest() for i in range(40)]
CIPHERS = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]


def moment(nanoseconds):
    """RFC 3339 in UTC with nanoseconds."""
    seconds, rest = divmod(nanoseconds, NANOSECONDS)
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:09d}Z"


def epoch(text):
    """Nanoseconds since 1970 of a day or of a time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()) * NANOSECONDS


def community_id(src, sport, dst, dport, transport):
    """Community ID version 1, seed 0."""
    number = {"tcp": 6, "udp": 17}[transport]
    a, b = (ipaddress.ip_address(src).packed, sport), (ipaddress.ip_address(dst).packed, dport)
    first, second = (a, b) if a <= b else (b, a)
    data = b"\0\0" + first[0] + second[0] + struct.pack("!BxHH", number, first[1], second[1])
    return "1:" + base64.b64encode(hashlib.sha1(data).digest()).decode()


def envelope(kind, time, sensor, boot, seq):
    """The members that every event has."""
    return {"time": moment(time), "type": kind, "id": f"{sensor}/{boot}/{seq}", "seq": seq, "boot": boot,
            "schema": "1.0.0", "sensor": {"id": sensor, "version": "0.1.0"}}


def dump(event):
    """The event as a line without its line feed."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


class Fleet:
    """Sensors that see ordinary traffic; every number comes from one seed."""

    def __init__(self, seed, sensors, sources=2000, hosts=20000):
        self.random = random.Random(seed)
        self.sensors = [f"gw-{n:02d}" for n in range(sensors)]
        self.boots = {name: f"{self.random.getrandbits(64):016x}" for name in self.sensors}
        self.next = {name: 1 for name in self.sensors}
        self.sources = [f"10.{120 + n // 65536 % 100}.{n // 256 % 256}.{n % 256}" for n in range(sources)]
        self.hosts = [f"{hashlib.md5(str(n).encode()).hexdigest()[:self.random.randint(4, 10)]}.example-{n % 997}.com"
                      for n in range(hosts)]
        self.host_ips = [f"203.0.{self.random.randrange(256)}.{self.random.randrange(256)}" for _ in range(hosts)]

    def sequence(self, sensor):
        number = self.next[sensor]
        self.next[sensor] = number + 1
        return number

    def flow(self, time, sensor=None, source=None, product=None, interactions=None, part=1, final=True):
        """A flow that ended at `time`, in nanoseconds; of an AI product in some of a hundred cases, or of `product`."""
        r = self.random
        sensor = sensor or r.choice(self.sensors)
        event = envelope("flow", time, sensor, self.boots[sensor], self.sequence(sensor))
        if product is None:
            x = r.random()
            for candidate in PRODUCTS:
                x -= candidate[6]
                if x < 0:
                    product = candidate
                    break
        host_number = int(len(self.hosts) * r.random() ** 3)
        host = product[2] if product else self.hosts[host_number]
        address = f"198.18.0.{PRODUCTS.index(product)}" if product else self.host_ips[host_number]
        duration = int(r.expovariate(1 / 20) * 1e6) * 1000
        up, down = int(r.lognormvariate(7.5, 1.3)), int(r.lognormvariate(9, 1.8))
        packets_up, packets_down = 4 + up // 700, 4 + down // 1300
        source = source or r.choice(self.sources)
        sport, quic = r.randrange(32768, 61000), r.random() < 0.2
        hello = r.randrange(40) if r.random() < 0.5 else r.randrange(4)
        flow = {"id": f"{r.getrandbits(64):016x}", "part": part, "final": final,
                "state": "closed" if final else "established"}
        if final:
            flow["end_reason"] = r.choice(["fin", "fin", "fin", "rst", "idle"])
        flow |= {"start": moment(time - duration), "end": moment(time), "duration": duration / NANOSECONDS,
                 "bytes_up": up, "bytes_down": down, "packets_up": packets_up, "packets_down": packets_down,
                 "missed_bytes": 0, "answered": True, "midstream": False}
        delta = {"bytes_up": up, "bytes_down": down, "packets_up": packets_up, "packets_down": packets_down,
                 "missed_bytes": 0}
        if product:
            requests = interactions if interactions is not None else r.randrange(1, 6)
            flow |= {"method": "http2_records", "requests_est": requests, "requests_low": requests,
                     "requests_high": requests + 1, "interactions_est": requests, "interactions_low": requests,
                     "interactions_high": requests + 1, "streamed_answers": requests, "upload_bursts": requests,
                     "largest_upload": up // 2, "first_byte": round(r.random(), 6), "longest_stream": round(r.random() * 9, 6)}
            delta |= {"requests_est": requests, "interactions_est": requests, "streamed_answers": requests,
                      "upload_bursts": requests}
        flow["delta"] = delta
        event["flow"] = flow
        event["src"] = {"ip": source, "port": sport, "group": "office-" + source.split(".")[2]}
        event["dst"] = {"ip": address, "port": 443, "host": host, "host_source": "quic_sni" if quic else "tls_sni",
                        "domain": ".".join(host.split(".")[-2:])}
        transport = "udp" if quic else "tcp"
        event["net"] = {"transport": transport, "app": "quic" if quic else "tls", "direction": "outbound", "iface": "eth0",
                        "via_proxy": False, "community_id": community_id(source, sport, address, 443, transport)}
        event["tls"] = {"sni": host, "version": "1.3", "version_chosen": True, "alpn": ["h3"] if quic else ["h2", "http/1.1"],
                        "cipher": CIPHERS[hello % 3], "ja3": JA3[hello], "ja4": JA4[hello],
                        "hello": {"state": "complete", "records": 0 if quic else 1, "segments": 1, "fragmented": False},
                        "ech": {"state": "grease" if hello % 2 else "none"}, "pq": hello % 2 == 0, "resumption": hello % 3 == 0}
        if product:
            event["ai"] = {"vendor": product[0], "product": product[1], "role": product[3], "category": product[4],
                           "country": product[5], "confidence": "high", "scope": "dedicated", "catalog": "2026-11-20",
                           "why": f"host {host} by {'quic_sni' if quic else 'tls_sni'}", "client": f"Client {hello}"}
        event["evidence"] = {"complete": True}
        return event
