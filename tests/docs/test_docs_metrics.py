"""Metrics in the documentation: the table, and the rules for alerts, name what there is."""

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from redengine.testing import ManualSession

DOCS = Path(__file__).parents[2] / "docs"
PARTS = ("_bucket", "_sum", "_count")


@pytest.fixture(scope="module")
def families():
    """Every family that a session tells, with the names of its samples and their labels."""
    with ManualSession(start="2026-01-01T00:00") as session:
        session.task("every 1 hour", name="nightly")(lambda: None)
        session.advance("90 minutes")
        session.metrics.note_request("/tasks", "GET", 200, 0.01)
        text = session.metrics.text().decode()
    found = {}
    for family in text_string_to_metric_families(text):
        samples = {sample.name: set(sample.labels) for sample in family.samples}
        name = f"{family.name}_total" if family.type == "counter" else family.name
        found[name] = samples
    return found


def rules():
    """The alerts of the example."""
    text = (DOCS / "snippets/howto/redengine.rules.yml").read_text()
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_rules_name_metrics_and_labels_that_exist(families, rule):
    """A misspelt metric would never fire."""
    samples = {name: labels for each in families.values() for name, labels in each.items()}
    named = re.findall(r"(redengine_[a-z_]+)(?:\{([^}]*)\})?", rule["expr"])
    assert named
    for name, selector in named:
        assert name in samples
        assert set(re.findall(r"(\w+)=", selector)) <= samples[name]
    labels = set().union(*(samples[name] for name, _ in named))
    assert set(re.findall(r"\$labels\.(\w+)", str(rule.get("annotations", "")))) <= labels


def test_the_table_lists_every_metric(families):
    """All that is told is in the table, and nothing else."""
    page = (DOCS / "howto/watch-it.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `redengine_")]
    listed = set()
    for row in rows:
        names = re.findall(r"`(redengine_[a-z_]+|…_[a-z_]+)`", row.split("|")[1])
        stem = names[0].rpartition("_")[0]
        listed |= {name.replace("…", stem) for name in names}
    assert listed == {name for name in families if not name.endswith(PARTS)}
