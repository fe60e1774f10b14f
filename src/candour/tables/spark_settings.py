"""How to reach Spark: three settings of the environment, and what follows from them.

``CANDOUR_SPARK_MASTER``: ``local[N]`` (the default, with N = 2) or the address of a cluster, as
Spark writes it. ``CANDOUR_SPARK_STORAGE``: where tables lie between the steps, a folder or an
address that Spark opens (``hdfs://…``, ``s3a://…``); with a cluster it has to be said.
``CANDOUR_SPARK_CONF``: a file of further settings in the manner of ``spark-defaults.conf``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from candour.errors import UserError

MASTER, STORAGE, CONF = "CANDOUR_SPARK_MASTER", "CANDOUR_SPARK_STORAGE", "CANDOUR_SPARK_CONF"
INSTALL_PYSPARK = "Install it with: .venv/bin/python -m pip install 'pyspark>=4.0.5,<4.1'."
INSTALL_JAVA = "Install a Java runtime 17 (Debian: apt-get install openjdk-17-jre-headless)."

_SETTING = re.compile(r"(spark\.[^\s=]+)(?:\s*=\s*|\s+)(\S.*)")

SAME_ANSWERS = {
    # A day is a day in every place, and a date that cannot be read is never taken for another.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}
"""Settings on which the answers rest; a file of further settings cannot alter them."""
ON_THIS_MACHINE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.memory": "2g",
}
"""With ``local[N]``: nothing of Spark's can be reached from another machine."""
ON_A_CLUSTER = {
    # What Spark writes here of a row that it could not read would hold the row. Without a cluster
    # the folder spark_conf beside this file says so before Spark writes its first line.
    "spark.log.level": "OFF",
}


@dataclass(frozen=True)
class SparkSettings:
    """Where Spark is, where tables lie between the steps, and what else was set.

    ``storage`` is None with ``local[N]`` where none is named: the run's own folder of work then.
    """

    master: str = "local[2]"
    storage: str | None = None
    further: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether Spark runs within this machine."""
        return self.master == "local" or self.master.startswith("local[")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> SparkSettings:
        """Read the settings. Raises UserError where one is missing or cannot be read."""
        said = os.environ if environment is None else environment
        conf = said.get(CONF)
        settings = cls(
            master=said.get(MASTER) or cls.master,
            storage=said.get(STORAGE) or None,
            further=_read(Path(conf)) if conf else {},
        )
        if not settings.is_local and settings.storage is None:
            raise UserError(
                f"{MASTER} names a cluster, and nothing says where its tables may lie.",
                f"Set {STORAGE} to a folder or an address that this machine and every worker can "
                "read and write, and nobody else.",
            )
        return settings

    def conf(self, work: Path) -> dict[str, str]:
        """Every setting of a session. ``work``: a private folder for what Spark puts aside."""
        local = {"spark.local.dir": str(work)} if self.is_local else {}
        here = ON_THIS_MACHINE | local if self.is_local else ON_A_CLUSTER
        return {
            "spark.app.name": "Candour",
            "spark.sql.warehouse.dir": f"file://{work}/warehouse",
            "spark.ui.showConsoleProgress": "false",
            **here,
            **self.further,
            **SAME_ANSWERS,
            "spark.master": self.master,
        }


def refuse_without_spark(environment: Mapping[str, str] | None = None) -> None:
    """Raise UserError, before anything is begun, for what Spark needs and what is not here."""
    if find_spec("pyspark") is None:
        raise UserError("The engine 'spark' needs pyspark, which is not here.", INSTALL_PYSPARK)
    said = os.environ if environment is None else environment
    home = said.get("JAVA_HOME")
    if not (home and shutil.which("java", path=str(Path(home) / "bin"))) and not shutil.which(
        "java", path=said.get("PATH", "")
    ):
        raise UserError("The engine 'spark' needs Java, which is not here.", INSTALL_JAVA)
    SparkSettings.from_environment(said)


def _read(path: Path) -> dict[str, str]:
    """Settings in the manner of ``spark-defaults.conf``: a name, blanks or ``=``, a value."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UserError(f"{CONF} names {path}, which cannot be read.", "Check the name.") from None
    found = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        setting = _SETTING.fullmatch(text)
        if setting is None:
            raise UserError(
                f"Line {number} of {path} is no setting of Spark.",
                "Write a name that begins with spark., a blank and a value, such as: "
                "spark.executor.memory 8g",
            )
        found[setting[1]] = setting[2]
    return found
