"""The session of Spark that the command line runs in."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bedrock_doctor.errors import SparkFailed, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SUBMITTED = "submitted"
"""In place of a master: the session that spark-submit configures."""

_MASTER = re.compile(
    r"local(\[[^\]]+\])?|local-cluster\[.+\]|spark://[^/:]+:\d+(,[^/:]+:\d+)*|yarn|k8s://.+|"
    + SUBMITTED
)


@contextmanager
def spark_session(master: str, name: str) -> Iterator[SparkSession]:
    """A session that ends with the block.

    Args:
        master: as spark-submit takes it, for example ``local[4]`` or ``spark://HOST:7077``; or
            `SUBMITTED`.
        name: of the application.

    Raises:
        UsageError: PySpark or Java is missing, or there is no such master.
        SparkFailed: Spark gave up.
    """
    if not _MASTER.fullmatch(master):
        raise UsageError(
            f"`{master}` is no master of Spark",
            help="expected local[4], spark://HOST:7077, yarn, k8s://..., or `submitted`",
        )
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "PySpark is not installed", help="pip install 'bedrock-doctor[spark]'"
        ) from None
    builder = SparkSession.builder.appName(name)
    if master != SUBMITTED:
        _check_java()
        builder = builder.master(master)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        for key, value in _ON_THIS_MACHINE.items():
            builder = builder.config(key, value)
    try:
        spark = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        raise SparkFailed(f"Spark does not start: {_told(error)}") from None
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    except (PySparkException, Py4JError) as error:
        raise SparkFailed(f"Spark gave up: {_told(error)}") from None
    finally:
        spark.stop()


_ON_THIS_MACHINE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        raise UsageError(
            "Spark needs Java, and none is found",
            help="install Java 17, for example Debian's openjdk-17-jre-headless",
        )


def _told(error: Exception) -> str:
    """What went wrong, without the frames of two languages."""
    lines = [line.strip() for line in str(error).splitlines()]
    frames = ("at ", "...", "File ", "JVM stack", "Traceback", "^")
    told = [line for line in lines if line and not line.startswith(frames)]
    causes = [
        line
        for line in told
        if re.match(r"(Caused by: )?[\w.]+(Error|Exception|Credentials): ", line)
    ]
    return (causes or told or [type(error).__name__])[-1].removeprefix("Caused by: ")
