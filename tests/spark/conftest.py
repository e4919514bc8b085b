"""One cluster for all tests of Spark. They run by themselves, with `make test-spark`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spark.cluster import Cluster, running_cluster

HERE = Path(__file__).parent
REQUIRED = os.environ.get("SPARK_TESTS") == "required"


def missing() -> str:
    """Why these tests cannot run here, or empty."""
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed; `make test-spark` installs it"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Spark needs Java: install openjdk-17-jre-headless"
    if "PYTEST_XDIST_WORKER" in os.environ:
        return "one cluster is enough: `make test-spark` runs these tests in one process"
    if not Path("/proc/self/fd").exists():
        return "these tests find the processes of a cluster in /proc, which this system lacks"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = missing()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))
            if why and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    from pytest_socket import enable_socket

    enable_socket()
    with running_cluster(tmp_path_factory.mktemp("spark")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def spark(cluster: Cluster) -> Iterator[Any]:
    """A session on the cluster, with the driver in this process."""
    from pyspark.sql import SparkSession

    before = dict(os.environ)
    os.environ.update(cluster.environment)
    session = SparkSession.builder.appName("tests").master(cluster.url).getOrCreate()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    try:
        yield session
    finally:
        session.stop()
        os.environ.clear()
        os.environ.update(before)
