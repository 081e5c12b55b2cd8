"""How far apart the solutions of a linear programme can drive its cells.

To show a cell to be wide takes two solutions, not its exact extremes. So bundles of cells are
pushed apart by programmes with random objectives, and only what is left is asked by itself.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array

from pipeline.attack.bounds import WIDTH, Flags, Ints

Floats = npt.NDArray[np.float64]

SLACK = 1e-6  # how far a solution may miss a whole number
FRUITLESS = 3  # programmes that may show nothing before each cell is asked by itself
SEED = 12345


class Programme:
    """Whole numbers within [low, high] for which `matrix` times them is `sums`.

    `least` and `most` are what its solutions so far gave each cell.
    """

    def __init__(self, matrix: csr_array, sums: Floats, low: Ints, high: Ints) -> None:
        self.matrix, self.sums = matrix, sums
        self.low, self.high = low.astype(float), high.astype(float)
        self.least, self.most = np.full(low.size, np.inf), np.full(low.size, -np.inf)
        self.last = self.low  # the latest solution

    @property
    def narrow(self) -> Flags:
        """The cells that no two solutions have shown to be WIDTH wide."""
        found: Flags = self.most - self.least < WIDTH - SLACK
        return found

    def widen(self, doubt: Flags) -> bool:
        """Push the cells in doubt apart, many at once; False if there is no solution at all."""
        random, fruitless = np.random.default_rng(SEED), 0
        if self._optimise(random.random(doubt.size), self.low, self.high) is None:
            return False
        while (left := doubt & self.narrow).any() and fruitless < FRUITLESS:
            self._push(left, random)
            fruitless = fruitless + 1 if (doubt & self.narrow).sum() == left.sum() else 0
        return True

    def extremes(self, cell: int) -> tuple[int, int]:
        """The least and the most whole number that a cell can be."""
        one = np.zeros(self.least.size)
        one[cell] = 1.0
        low, high = (self._optimise(way, self.low, self.high) for way in (one, -one))
        if low is None or high is None:  # it was feasible before: numerical trouble
            return int(self.low[cell]), int(self.high[cell])
        return int(np.ceil(low - SLACK)), int(np.floor(-high + SLACK))

    def _push(self, cells: Flags, random: np.random.Generator) -> None:
        """One programme that drives cells away from where they are, from an end to the inside.

        Each may move by WIDTH only, or a few would take all the room that a total leaves.
        """
        way = random.choice([-1.0, 1.0], cells.size)
        way = np.where(self.last <= self.low + SLACK, -1.0, way)
        way = np.where(self.last >= self.high - SLACK, 1.0, way) * random.uniform(1, 2, cells.size)
        low, high = (
            np.maximum(self.last - WIDTH, self.low),
            np.minimum(self.last + WIDTH, self.high),
        )
        self._optimise(np.where(cells, way, 0.0), low, high)

    def _optimise(self, objective: Floats, low: Floats, high: Floats) -> float | None:
        found = linprog(
            objective, A_eq=self.matrix, b_eq=self.sums, bounds=np.stack([low, high], axis=1),
            method="highs",
        )  # fmt: skip
        if found.x is None:
            return None
        self.last = found.x
        self.least, self.most = np.minimum(self.least, found.x), np.maximum(self.most, found.x)
        return float(found.fun)
