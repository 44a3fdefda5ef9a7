"""A session of Spark for tests: quick to start and to plan."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from allay.evaluation.panel.spark import local_settings


@contextlib.contextmanager
def quick_session() -> Iterator[Any]:
    """Start one on this machine alone; skips where there is no PySpark or no Java."""
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed; pip install 'allay[spark]'")
    if not shutil.which("java"):
        pytest.skip("Java is not installed; on Debian: apt-get install openjdk-17-jre-headless")
    settings = {
        **local_settings(memory="1GB", threads=1),
        # A few rows through a hundred stages: compiling and adapting each takes far longer than running it.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.shuffle.partitions": "1",
    }
    builder = sql.SparkSession.builder.master("local[1]").appName("allay-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    try:
        yield session
    finally:
        session.stop()
