"""A made-up Ankang: seeded, deterministic, every case of it 模拟数据 (simulated data).

Not one person, call or event is real. What is modelled and where it comes from:

- volumes, channels, natures and the share answered on the spot: the city's published bulletins;
- counties, towns, villages: the statistics bureau's list; grids and coordinates are invented;
- categories, departments, most merged lines: by analogy (see cities/ankang/README.md);
- the official figures, 99.18 % on time and 90.46 % satisfied, hold by the official formulas,
  because the shares they rest on are dealt out as quotas (quota.py), while extensions, silent
  callers, early closings and open overdue cases make the honest figures differ;
- four habits of some units are there to be found: closing within a minute, closing in the last
  hour, moving deadlines late, and putting cases into another category;
- hidden in it: two floods and one outbreak of gastroenteritis, for early warning to find.

The years are made run by run, each from its own seed, so any size fits into memory.
"""

from datetime import date

import numpy as np

COMPLETE_UNTIL = date(2026, 11, 1)
FIRST, LAST = np.datetime64("2022-11-01"), np.datetime64("2026-10-31")  # days of receipt
END = np.datetime64(COMPLETE_UNTIL, "us")
ON_TIME = 0.9918  # 按期办结 / 形成工单, as published
SATISFIED = 0.9046  # (有效回访 - 不满意) / 有效回访, as published
ANSWERED = 0.9592  # 接通 / 来电, as published for the first half of 2021
MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds
