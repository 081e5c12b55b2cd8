"""A Spark cluster of the tests' own: a master and two workers on the loopback address."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
PATIENCE = 60  # seconds until a daemon must have said that it is up
HOST = "127.0.0.1"
# For the seconds that these live, a quick compiler and no collector threads: a third of the time.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@dataclass
class Cluster:
    """A running cluster; `url` is what SPARK_MASTER is set to."""

    folder: Path
    url: str = ""
    daemons: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, says: str, *arguments: str) -> str:
        """Start a daemon and wait for its log to say something; what it says there."""
        log = self.folder / f"{name}.log"
        local = {"SPARK_LOCAL_IP": HOST, "SPARK_HOME": str(HOME), "JAVA_TOOL_OPTIONS": JAVA}
        options = ("--host", HOST, "--port", "0", "--webui-port", "0")
        with log.open("wb") as output:
            daemon = subprocess.Popen(
                [HOME / "bin" / "spark-class", *arguments, *options],
                stdout=output, stderr=subprocess.STDOUT, env=os.environ | local,
                start_new_session=True,
            )  # fmt: skip
        self.daemons[name] = daemon
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(says, log.read_text("utf-8"))):
            if daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Spark's {name} did not come up:\n{log.read_text('utf-8')}")
            time.sleep(0.1)
        return found[0]

    def worker(self, name: str) -> None:
        """One more worker, of one core."""
        kind, work = "org.apache.spark.deploy.worker.Worker", str(self.folder / name)
        cores = ("--cores", "1", "--memory", "1g", "--work-dir", work)
        self.start(name, "Successfully registered with master", kind, self.url, *cores)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a daemon with what it started: a worker's executors run in its session."""
        daemon = self.daemons.pop(name)
        os.killpg(daemon.pid, how)
        daemon.wait(PATIENCE)

    def stop(self) -> None:
        """End every daemon, the master last."""
        for name in reversed([*self.daemons]):
            self.kill(name, signal.SIGTERM)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A master and two workers for the length of a `with` block."""
    running = Cluster(folder)
    try:
        kind = "org.apache.spark.deploy.master.Master"
        running.url = running.start("master", rf"spark://{HOST}:\d+", kind)
        for name in ("worker-1", "worker-2"):
            running.worker(name)
        yield running
    finally:
        running.stop()
