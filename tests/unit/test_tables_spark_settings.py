"""Reaching Spark: what is set by the environment, what is lacking, and what no setting alters."""

from __future__ import annotations

import pytest

from candour.errors import UserError
from candour.tables import refuse_unknown_engine
from candour.tables.spark_settings import (
    SAME_ANSWERS,
    SparkSettings,
    refuse_without_spark,
)


def test_without_a_word_spark_runs_within_this_machine(tmp_path):
    settings = SparkSettings.from_environment({})

    conf = settings.conf(tmp_path)
    assert (settings.master, settings.storage) == ("local[2]", None)
    assert conf["spark.master"] == "local[2]"
    assert conf["spark.driver.bindAddress"] == "127.0.0.1"
    assert conf["spark.ui.enabled"] == "false"
    assert conf["spark.local.dir"] == str(tmp_path)


def test_a_cluster_is_reached_as_its_team_has_set_it_up(tmp_path):
    settings = SparkSettings.from_environment(
        {"CANDOUR_SPARK_MASTER": "yarn", "CANDOUR_SPARK_STORAGE": "hdfs://names/candour"}
    )

    conf = settings.conf(tmp_path)
    assert (conf["spark.master"], settings.storage) == ("yarn", "hdfs://names/candour")
    assert not {"spark.driver.host", "spark.local.dir", "spark.driver.memory"} & set(conf)


def test_a_cluster_without_a_storage_is_refused_with_what_to_set():
    with pytest.raises(UserError, match="CANDOUR_SPARK_STORAGE"):
        SparkSettings.from_environment({"CANDOUR_SPARK_MASTER": "spark://names:7077"})


@pytest.mark.parametrize(
    "line", ["spark.executor.memory 8g", "spark.executor.memory=8g", " spark.executor.memory  8g "]
)
def test_further_settings_are_read_as_spark_reads_its_own(tmp_path, line):
    further = tmp_path / "further.conf"
    further.write_text(f"# of our cluster\n\n{line}\n", encoding="utf-8")

    settings = SparkSettings.from_environment({"CANDOUR_SPARK_CONF": str(further)})

    assert settings.conf(tmp_path)["spark.executor.memory"] == "8g"


def test_a_value_may_hold_an_equals_sign(tmp_path):
    further = tmp_path / "further.conf"
    further.write_text("spark.driver.extraJavaOptions -Da=b -Dc=d\n", encoding="utf-8")

    settings = SparkSettings.from_environment({"CANDOUR_SPARK_CONF": str(further)})

    assert settings.further == {"spark.driver.extraJavaOptions": "-Da=b -Dc=d"}


@pytest.mark.parametrize("line", ["executor.memory 8g", "spark.executor.memory", "=", "spark. 8g="])
def test_a_line_that_is_no_setting_is_refused_by_its_number(tmp_path, line):
    further = tmp_path / "further.conf"
    further.write_text(f"# of our cluster\n{line}\n", encoding="utf-8")

    with pytest.raises(UserError, match="Line 2 of"):
        SparkSettings.from_environment({"CANDOUR_SPARK_CONF": str(further)})


def test_a_file_of_settings_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        SparkSettings.from_environment({"CANDOUR_SPARK_CONF": str(tmp_path / "no.conf")})


def test_no_further_setting_alters_what_the_answers_rest_on(tmp_path):
    told = SparkSettings(further=dict.fromkeys(SAME_ANSWERS, "altered"))

    conf = told.conf(tmp_path)

    assert {name: conf[name] for name in SAME_ANSWERS} == SAME_ANSWERS


def test_without_pyspark_the_engine_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setattr("candour.tables.spark_settings.find_spec", lambda name: None)

    with pytest.raises(UserError, match="pip install 'pyspark>="):
        refuse_unknown_engine("spark")


def test_without_java_the_engine_is_refused_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("candour.tables.spark_settings.find_spec", lambda name: object())

    for environment in ({"PATH": ""}, {"PATH": "", "JAVA_HOME": str(tmp_path)}):
        with pytest.raises(UserError, match="openjdk-17-jre-headless"):
            refuse_without_spark(environment)
