"""Positions of nodes: first those that the map shows, then all others beside what they are tied to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

Points = NDArray[np.float64]
Numbers = NDArray[np.int64]

#: Units of the picture between neighbouring nodes of the map, and between the others.
CORE_SPACING = 62.0
OTHER_SPACING = 16.0
#: At most so many nodes are kept from covering one another; pairs that are too close grow with the square.
MOST_PARTED = 40_000


def lay_out(adjacency: sparse.csr_matrix, core: Numbers, communities: Numbers, radii: Points, seed: int = 7) -> Numbers:
    """Return the position (x, y) of each node in whole units of the picture.

    ``adjacency`` is symmetric and weighted. The ``core`` is laid out by forces among all its pairs
    (quadratic in the core); the rest settles around it in O(n log n) a step, core held fast. The
    same input and seed give the same positions.

    >>> ring = sparse.csr_matrix(np.roll(np.eye(6), 1, axis=1) + np.roll(np.eye(6), -1, axis=1))
    >>> lay_out(ring, np.arange(6), np.zeros(6, dtype=np.int64), np.full(6, 5.0)).shape
    (6, 2)
    """
    generator = np.random.default_rng(seed)
    size = adjacency.shape[0]
    points = np.zeros((size, 2))
    if size == 0:
        return points.astype(np.int64)
    points[core] = _lay_out_core(adjacency[core][:, core], communities[core], radii[core], generator)
    if len(core) < size:
        points = _settle_others(points, adjacency, core, radii, generator)
    return np.rint(points).astype(np.int64)


def _lay_out_core(
    adjacency: sparse.csr_matrix, communities: Numbers, radii: Points, generator: np.random.Generator
) -> Points:
    """Lay out by attraction along edges, repulsion of all pairs, and a pull towards the own community."""
    size = adjacency.shape[0]
    weights = np.asarray(adjacency.todense(), dtype=float)
    weights = weights / max(1e-9, float(weights.max(initial=0.0)))
    together = (communities[:, None] == communities[None, :]) & (communities[:, None] >= 0)
    pull = weights + 0.05 * together / max(1.0, np.sqrt(size))
    x, y = _start(communities, generator).T.copy()
    steps = 260
    for step in range(steps):
        # The axes apart, and no product of matrices: that one's last digits depend on the machine's threads.
        x_apart, y_apart = x[:, None] - x[None, :], y[:, None] - y[None, :]
        pushed = 1.0 / (x_apart * x_apart + y_apart * y_apart + 1e-4) - pull
        x_force = (x_apart * pushed).sum(axis=1) - 0.02 * x
        y_force = (y_apart * pushed).sum(axis=1) - 0.02 * y
        length = np.hypot(x_force, y_force) + 1e-9
        stride = np.minimum(length, 0.6 * (1 - step / steps) + 0.005) / length
        x, y = x + x_force * stride, y + y_force * stride
    points = np.stack([x, y], axis=1)
    points = _even_disc(points) * CORE_SPACING * np.sqrt(size) * 0.6 * np.array([1.06, 0.94])
    return _part(points, radii + 12.0, np.ones(size, dtype=bool), rounds=60)


def _even_disc(points: Points) -> Points:
    """Move points along their rays so that they fill the unit disc evenly: strays come in, the crowd spreads."""
    points = points - np.median(points, axis=0)
    distance = np.sqrt((points**2).sum(axis=1)) + 1e-9
    order = np.empty(len(points))
    order[np.argsort(distance, kind="stable")] = np.arange(len(points)) + 0.5
    wanted = 0.88 * np.sqrt(order / len(points)) + 0.12 * distance / distance.max()
    moved: Points = points / distance[:, None] * wanted[:, None]
    return moved


def _start(communities: Numbers, generator: np.random.Generator) -> Points:
    """Place communities on a sunflower's spiral and their nodes around its points."""
    rank = np.where(communities < 0, communities.max(initial=0) + 1, communities).astype(float)
    angle, distance = rank * 2.399963, 1.6 * np.sqrt(rank)
    centres = np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)
    return centres + generator.normal(scale=0.6, size=centres.shape)


def _part(points: Points, radii: Points, movable: NDArray[np.bool_], rounds: int) -> Points:
    """Push nodes apart until none covers another, or ``rounds`` are over; those not movable stay."""
    reach = 2 * float(radii.max(initial=0.0))
    for _ in range(rounds):
        pairs = cKDTree(points).query_pairs(reach, output_type="ndarray")
        if len(pairs) == 0:
            break
        first, second = pairs[:, 0], pairs[:, 1]
        apart = points[first] - points[second]
        distance = np.sqrt((apart**2).sum(axis=1)) + 1e-6
        missing = radii[first] + radii[second] - distance
        close = missing > 0.01
        if not close.any():
            break
        first, second = first[close], second[close]
        shift = apart[close] / distance[close, None] * (missing[close] * 0.4)[:, None]
        points = points.copy()
        for axis in (0, 1):
            points[:, axis] += movable * (
                np.bincount(first, shift[:, axis], len(points)) - np.bincount(second, shift[:, axis], len(points))
            )
    return points


def _settle_others(
    points: Points, adjacency: sparse.csr_matrix, core: Numbers, radii: Points, generator: np.random.Generator
) -> Points:
    """Place the nodes outside the core at the middle of their neighbours, wave by wave, then part them."""
    size = len(points)
    links = adjacency.astype(float)
    points = _place_in_waves(points, links, core, generator)
    movable = np.ones(size, dtype=bool)
    movable[core] = False
    degree = np.asarray(links.sum(axis=1)).ravel() + 1e-9
    linked = movable & (degree > 1e-6)
    small = np.full(size, OTHER_SPACING / 2)
    # So many have room beside one another; the smallest of more than that lie where their neighbours are.
    parted = np.union1d(core, np.argsort(-radii, kind="stable")[:MOST_PARTED])
    for _ in range(6):
        middle = (links @ points) / degree[:, None]
        points[linked] += 0.25 * (middle[linked] - points[linked])
        points[parted] = _part(points[parted], small[parted], movable[parted], rounds=3)
    for _ in range(4):
        points = _out_of_core(points, core, radii, movable)
        points[parted] = _part(points[parted], small[parted], movable[parted], rounds=3)
    return points


def _place_in_waves(points: Points, links: sparse.csr_matrix, core: Numbers, generator: np.random.Generator) -> Points:
    """Place what is tied to placed nodes, then what is tied to these; what is tied to none goes around all."""
    placed = np.zeros(len(points), dtype=bool)
    placed[core] = True
    scale = float(np.abs(points).max(initial=CORE_SPACING)) + CORE_SPACING
    while not placed.all():
        reach = links @ placed.astype(float)
        wave = ~placed & (reach > 0)
        if not wave.any():
            points[~placed] = _outer_ring(int((~placed).sum()), scale, generator)
            break
        middle = (links[wave] @ (points * placed[:, None])) / reach[wave, None]
        points[wave] = middle + generator.normal(scale=OTHER_SPACING * 2.0, size=middle.shape)
        placed |= wave
    return points


def _out_of_core(points: Points, core: Numbers, radii: Points, movable: NDArray[np.bool_]) -> Points:
    """Push what lies on a node of the core to its rim."""
    if len(core) == 0:
        return points
    others = np.flatnonzero(movable)
    distance, nearest = cKDTree(points[core]).query(points[others])
    wanted = radii[core][nearest] + OTHER_SPACING / 2
    covered = distance < wanted
    centre = points[core][nearest[covered]]
    ray = (points[others[covered]] - centre) / (distance[covered, None] + 1e-6)
    moved = points.copy()
    moved[others[covered]] = centre + ray * wanted[covered, None]
    return moved


def _outer_ring(count: int, scale: float, generator: np.random.Generator) -> Points:
    """Place nodes that are tied to nothing around the picture."""
    angle = np.arange(count) * 2 * np.pi / max(1, count)
    distance = scale * (1.1 + 0.05 * generator.random(count))
    return np.stack([distance * np.cos(angle) * 1.25, distance * np.sin(angle) * 0.8], axis=1)
