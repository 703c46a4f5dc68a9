"""What the live tests share: namespaces to be in, and waiting for what comes in its own time."""
import contextlib
import os
import subprocess
import time


class Skip(Exception):
    """Why the test cannot run here."""


def until(condition, what, seconds=60):
    """Waits for a condition; the machine may be slow."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in vain waited for: {what}")
        time.sleep(0.05)


@contextlib.contextmanager
def namespace(prefix):
    """A network namespace with a loopback interface; yields its name."""
    name = f"{prefix}{os.getpid() % 100000}"
    if subprocess.run(["ip", "netns", "add", name], stderr=subprocess.DEVNULL).returncode != 0:
        raise Skip("this machine makes no network namespaces")
    try:
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=False)
