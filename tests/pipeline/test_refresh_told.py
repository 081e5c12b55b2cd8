"""What watches a refresh: the file for Prometheus, and the units that start it."""

import re
from pathlib import Path

from data_access.settings import PROJECT
from pipeline.__main__ import parser
from pipeline.refresh import monitoring
from pipeline.refresh.command import BUSY
from pipeline.refresh.monitoring import Log


def figures(city: str = "ankang") -> dict[str, float]:
    """The file for monitoring, read as Prometheus would; a line that it could not read fails."""
    found = {}
    for line in monitoring.place().read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, labels, value = re.fullmatch(
                r"sunline_refresh_(\w+)\{(.+)\} (\S+)", line
            ).groups()  # type: ignore[union-attr]
            if f'city="{city}"' in labels:
                found[name + "".join(re.findall(r'stage="(\w+)"', labels))] = float(value)
    return found


def test_figures_of_another_city_stay(data: Path) -> None:
    log = Log("ankang", lambda line: None)
    monitoring.save("nyc", {"cases": 7.0}, Log("nyc"))
    monitoring.save("ankang", {"cases": 1.0}, log)
    monitoring.save("ankang", {"cases": 2.0}, log)
    assert (figures("nyc"), figures()) == ({"cases": 7.0}, {"cases": 2.0})
    assert monitoring.place().read_text("utf-8").count("# TYPE sunline_refresh_cases gauge") == 1


def test_a_torn_write_leaves_the_file_before(data: Path) -> None:
    monitoring.save("ankang", {"cases": 1.0}, Log("ankang"))
    monitoring.place().with_name("sunline.prom.new").write_text("sunline_refresh_ca")  # killed
    assert figures() == {"cases": 1.0}
    monitoring.save("ankang", {"cases": 2.0}, Log("ankang"))
    assert figures() == {"cases": 2.0}


def test_a_log_line_stays_one_line_whatever_it_tells() -> None:
    lines: list[str] = []
    Log("ankang", lines.append).line("delivery", name="a b.csv", error='line 1\nsaid "no"')
    (line,) = lines
    assert line.count("\n") == 1
    assert 'name="a b.csv" error="line 1 said \'no\'"' in line


def test_the_units_start_a_command_that_there_is() -> None:
    unit = (PROJECT / "deploy" / "sunline-refresh.service").read_text("utf-8")
    told = re.search(r"^ExecStart=\S+ -m pipeline (.+)$", unit, re.MULTILINE)
    assert told is not None
    given = parser().parse_args(told[1].replace("${CITY}", "ankang").split())
    assert (given.run, given.city, given.publish, given.full) == ("refresh", "ankang", True, False)
    assert f"SuccessExitStatus={BUSY}\n" in unit
    timer = (PROJECT / "deploy" / "sunline-refresh.timer").read_text("utf-8")
    assert "OnCalendar=*:0/10\n" in timer
