"""Which cells of a table with margins to hide so that no hidden one can be worked out.

A table with margins is a network: rows and columns (the margins being one more of each) are its nodes, cells
are its edges, and every row and column adds up to zero when totals count as negative. What an attacker may
still believe is the true table plus any circulation over hidden edges that keeps hidden cells at 1 or more.
So a hidden cell is safe exactly when a directed cycle of allowed changes runs through its edge, and the
cheapest further cells to hide are found as a shortest path that closes such a cycle. (Network flow methods
for complementary suppression: Cox, JASA 1995; Castro, EJOR 2012 - from memory.)
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Cell = tuple[int, int]
# A change of a cell by one: (cell, node left, node reached). Nodes: rows first, then columns.
Arc = tuple[Cell, int, int]


def hide_cells(table: Counts, *, primary: Mask) -> Mask:
    """Return the cells to hide: the primary ones and those that protect them.

    Parameters
    ----------
    table : int64 array of shape (rows + 1, columns + 1)
        Counts with totals in the last row and column.
    primary : bool array of the same shape
        Cells that must be hidden; zeros are never hidden.

    Examples
    --------
    >>> table = np.array([[5, 0, 5], [0, 20, 20], [5, 20, 25]])
    >>> hide_cells(table, primary=table == 5).astype(int).tolist()
    [[1, 0, 1], [0, 1, 1], [1, 1, 0]]
    """
    hidden = primary.copy()
    costs = _costs(table)
    while (cell := _first_pinned(table, hidden)) is not None:
        for more in _cheapest_cycle(table, hidden, cell, costs):
            hidden[more] = True
    return _show_again(table, hidden, primary, costs)


def _costs(table: Counts) -> NDArray[np.float64]:
    """What hiding a cell costs: one each, and a little for its size; totals cost more.

    The grand total comes last of all: it is the number of patients that the same report prints elsewhere.
    """
    costs = 1.0 + 0.5 * table / max(int(table.max()), 1)
    costs[-1, :] += 2.0
    costs[:, -1] += 2.0
    costs[-1, -1] += 1000.0
    return np.asarray(costs, dtype=np.float64)


def _arcs(table: Counts, cell: Cell) -> Iterator[Arc]:
    """Give the changes of a cell by one as arcs; down only from 2, because a hidden cell is never zero."""
    row, column = cell
    rows, columns = table.shape
    left, right = row, rows + column
    is_margin = (row == rows - 1) != (column == columns - 1)  # the corner is the negative of a negative
    up, down = ((right, left), (left, right)) if is_margin else ((left, right), (right, left))
    if table[cell] > 0:
        yield cell, *up
    if table[cell] > 1:
        yield cell, *down


def _graph(table: Counts, usable: Mask) -> list[list[tuple[int, Cell]]]:
    graph: list[list[tuple[int, Cell]]] = [[] for _ in range(sum(table.shape))]
    for row, column in np.argwhere(usable & (table > 0)):
        for cell, start, end in _arcs(table, (int(row), int(column))):
            graph[start].append((end, cell))
    return graph


def _first_pinned(table: Counts, hidden: Mask) -> Cell | None:
    graph = _graph(table, hidden)
    for row, column in np.argwhere(hidden):
        cell = (int(row), int(column))
        if not any(_reaches(graph, end, start, cell) for _, start, end in _arcs(table, cell)):
            return cell
    return None


def _reaches(graph: list[list[tuple[int, Cell]]], start: int, goal: int, without: Cell) -> bool:
    seen, open_nodes = {start}, [start]
    while open_nodes:
        for node, cell in graph[open_nodes.pop()]:
            if cell != without and node not in seen:
                if node == goal:
                    return True
                seen.add(node)
                open_nodes.append(node)
    return False


def _cheapest_cycle(table: Counts, hidden: Mask, through: Cell, costs: NDArray[np.float64]) -> list[Cell]:
    """Return the cells of the cheapest cycle of allowed changes through a cell (Dijkstra).

    There always is one: the cell, its two totals and the grand total may all grow by one.
    """
    graph = _graph(table, np.ones_like(hidden))
    best: tuple[float, list[Cell]] = (np.inf, [])
    for _, start, goal in _arcs(table, through):
        queue: list[tuple[float, int, list[Cell]]] = [(0.0, goal, [])]
        done: set[int] = set()
        while queue:
            cost, node, path = heapq.heappop(queue)
            if node == start:
                best = min(best, (cost, path))
                break
            if node in done:
                continue
            done.add(node)
            for neighbor, cell in graph[node]:
                if cell != through and neighbor not in done:
                    step = 0.0 if hidden[cell] else float(costs[cell])
                    heapq.heappush(queue, (cost + step, neighbor, [*path, cell]))
    return best[1]


def _show_again(table: Counts, hidden: Mask, primary: Mask, costs: NDArray[np.float64]) -> Mask:
    """Show protecting cells again, the dearest first, where the rest is safe without them."""
    extra = sorted(map(tuple, np.argwhere(hidden & ~primary).tolist()), key=lambda cell: -costs[cell])
    for cell in extra:
        hidden[cell] = False
        if _first_pinned(table, hidden) is not None:
            hidden[cell] = True
    return hidden
