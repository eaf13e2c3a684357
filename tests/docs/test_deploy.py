"""What operators are given to start with holds together: units, images, compose file, proxy."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from demo.supervise import ENGINE_PORT

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_is_accepted_by_systemd(unit, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    # systemd looks for the program, which is not installed there.
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/opt/draftroom/.venv/bin/draftroom", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_without_root_and_with_limits(unit):
    lines = unit.read_text().splitlines()
    assert {"User=draftroom", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(
        lines
    )
    assert any(line.startswith("MemoryMax=") for line in lines)


def test_compose_builds_what_the_dockerfile_has_and_nobody_is_root():
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    stages = dict(re.findall(r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", dockerfile, re.M | re.S))
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
    assert {service["build"]["target"] for service in services.values()} == set(stages) - {"base"}
    assert all("USER draftroom" in stage for name, stage in stages.items() if name != "base")
    for sources in re.findall(r"^COPY (.+) \S+$", dockerfile, re.M):
        assert all((ROOT / source).exists() for source in sources.split()), sources


def test_only_the_proxy_is_open_to_other_machines():
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
    assert [port for service in services.values() for port in service.get("ports", [])] == [
        "127.0.0.1:8066:8066"
    ]


def test_every_setting_that_is_given_exists():
    known = {f"DRAFTROOM_{name.upper()}" for name in Settings.model_fields} | {"DRAFTROOM_MODELS_DIR"}
    for path in [*DEPLOY.iterdir(), ROOT / "docs" / "operating.md"]:
        assert set(re.findall(r"\bDRAFTROOM_[A-Z_]+", path.read_text())) <= known, path.name


def test_the_dashboard_shows_every_metric_and_none_that_is_not():
    panels = json.loads((ROOT / "deploy" / "grafana.json").read_text())["panels"]
    asked = " ".join(target["expr"] for panel in panels for target in panel.get("targets", []))
    told = (ROOT / "docs" / "reference" / "metrics.md").read_text()
    kinds = dict(re.findall(r"^\| `(\w+)` \| (\w+) ", told, re.M))
    assert len(kinds) > 20
    scraped = {f"{name}_bucket" if kind == "histogram" else name for name, kind in kinds.items()}
    # How a device's energy is known is a word, not a curve.
    assert set(re.findall(r"draftroom_\w+", asked)) == scraped - {"draftroom_energy_source"}
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["description"] for panel in panels if panel["type"] != "row")


def test_prometheus_scrapes_where_the_programs_listen():
    jobs = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text())["scrape_configs"]
    ports = {job["job_name"]: job["static_configs"][0]["targets"][0].rpartition(":")[2] for job in jobs}
    bot = Settings.model_fields["web_port"].default
    assert ports == {"draftroom-bot": str(bot), "draftroom-engine": str(ENGINE_PORT)}
