"""The whole coverage study: every cell of the plan, over processes."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Literal, TypeAlias

from studies.dialogues import whole_dialogues
from studies.items import other_items
from studies.plan import SCALES, SETS, Cell, Plan
from studies.raters import other_raters
from studies.tally import Tallies
from studies.told_apart import panel_of_persons

Part: TypeAlias = Literal["items", "persons", "dialogues", "raters"]


@dataclass(frozen=True, slots=True)
class Found:
    """What one cell gave."""

    cell: Cell
    tallies: Tallies


def cells_of(plan: Plan) -> dict[Part, list[Cell]]:
    """The cells of each part."""
    return {
        "items": plan.item_cells((*SCALES, SETS)),
        "persons": [cell for cell in plan.item_cells() if not cell.missing],
        "dialogues": plan.dialogue_cells(),
        "raters": plan.rater_cells(),
    }


SIMULATED: dict[Part, Callable[[Cell, Plan], Tallies]] = {
    "items": other_items,
    "persons": panel_of_persons,
    "dialogues": whole_dialogues,
    "raters": other_raters,
}


def simulate(plan: Plan, processes: int) -> dict[Part, list[Found]]:
    """All cells, the same whatever the number of processes."""
    with ProcessPoolExecutor(processes) as pool:
        running = {
            part: [(cell, pool.submit(SIMULATED[part], cell, plan)) for cell in cells]
            for part, cells in cells_of(plan).items()
        }
        return {
            part: [Found(cell, future.result()) for cell, future in cells]
            for part, cells in running.items()
        }
