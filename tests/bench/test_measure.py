"""What the bench reads from the kernel."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from bench.measure import PrivatePeak, cpu_seconds, peak_bytes, private_bytes

MIB = 2**20
HOLDS_MEMORY = """
import sys, time
held = bytearray(60 * 2**20)
print("held", flush=True)
sys.stdin.readline()
del held
print("freed", flush=True)
sys.stdin.readline()
"""


def test_cpu_seconds_rise_with_work_and_not_with_sleep() -> None:
    before = cpu_seconds(os.getpid())
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    worked = cpu_seconds(os.getpid())
    assert worked - before >= 0.15
    time.sleep(0.2)
    assert cpu_seconds(os.getpid()) - worked < 0.15


def test_a_process_that_has_ended_is_told_as_such() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    for look in (cpu_seconds, peak_bytes, private_bytes):
        with pytest.raises(ProcessLookupError):
            look(done.pid)


def test_the_peak_of_private_memory_outlives_what_was_held() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_MEMORY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        with PrivatePeak([process.pid]) as peak:
            process.stdout.readline()
            time.sleep(0.1)
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
        assert peak.bytes_of[process.pid] > 60 * MIB
        assert private_bytes(process.pid) < 60 * MIB
        assert peak_bytes(process.pid) > 60 * MIB
        process.stdin.close()


def test_memory_of_a_process_that_ends_while_it_is_watched_is_kept() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"]) as process:
        with PrivatePeak([process.pid]) as peak:
            process.wait()
            time.sleep(0.05)
        assert peak.bytes_of[process.pid] > MIB
