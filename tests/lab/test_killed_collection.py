"""`collect` as a process of its own that is killed, and what leaves it (our choice, ADR 0024)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bedrock_doctor.collect.load_snapshot import load_snapshot
from tests.live.aws_peer import ACCOUNT, Account, peer

CANARY = "CaNaRy0SeCrEt0CaNaRy"
ROLES, POLICIES = 450, 250


class Killer:
    """Kills a process when the peer hears its n-th request since then."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.left = 0

    def heard(self, _: int) -> None:
        self.left -= 1
        if self.left == 0 and self.process is not None:
            self.process.send_signal(signal.SIGKILL)


def start(url: str, out: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bedrock_doctor", "--debug", "collect", "-o", str(out)]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(out.parent),
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000000",
        "AWS_SECRET_ACCESS_KEY": CANARY,
        "AWS_SESSION_TOKEN": CANARY + "token",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }
    return subprocess.Popen(
        [*command, "--only", "iam,bedrock,regions", "--endpoint-url", url, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def files(folder: Path, without: Callable[[str], bool]) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not without(path.name)
    }


def test_a_killed_collection_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Killed between pages of the account, and again after it; nothing is lost or there twice."""
    killer = Killer()
    said = b""
    with peer(Account(ROLES, POLICIES, killer.heard)) as url:
        out, whole = tmp_path / "out", tmp_path / "whole"
        for requests in (3, 9):
            killer.left = requests
            killer.process = start(url, out, *(["--resume"] if out.exists() else []))
            said += b"".join(killer.process.communicate(timeout=120))
            assert killer.process.returncode == -signal.SIGKILL, said
            for path in files(out, lambda name: name.endswith(".partial")):
                json.loads((out / path).read_bytes())
        killer.process = None
        for folder, words in ((out, ["--resume"]), (whole, [])):
            process = start(url, folder, *words)
            said += b"".join(process.communicate(timeout=120))
            assert process.returncode == 5, said
    assert files(out, lambda name: name == "snapshot.json") == files(
        whole, lambda name: name == "snapshot.json"
    )
    manifests = [json.loads((f / "snapshot.json").read_bytes()) for f in (out, whole)]
    assert manifests[0]["missing"] == manifests[1]["missing"]
    account = load_snapshot([out]).accounts[ACCOUNT]
    assert len(account.roles) == ROLES
    told = said + b"".join(files(tmp_path, lambda _: False).values())
    assert CANARY.encode() not in told
