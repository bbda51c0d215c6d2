"""
What is true, false or unknown of each row: the logic of three values that SQL and CQL2 share (21-065r2, clause 6.2).

Both arrays of a `Truth` are as long as the table, or of no dimension where all rows are alike.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Truth:
    """Where a condition is true and where it is false; where it is neither, it is unknown."""

    true: np.ndarray
    false: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Where it is true or false."""
        return np.asarray(self.true | self.false)


def told(true: np.ndarray, known: np.ndarray) -> Truth:
    """True or false as `true` says, where `known`."""
    return Truth(np.asarray(true & known), np.asarray(~true & known))


def constant(value: bool | None) -> Truth:
    """The same for all rows; None is unknown."""
    return Truth(np.asarray(value is True), np.asarray(value is False))


def negated(truth: Truth) -> Truth:
    """NOT: what is unknown stays so."""
    return Truth(truth.false, truth.true)


def both(first: Truth, second: Truth) -> Truth:
    """AND: false where either is false, true where both are true."""
    return Truth(np.asarray(first.true & second.true), np.asarray(first.false | second.false))


def either(first: Truth, second: Truth) -> Truth:
    """OR: true where either is true, false where both are false."""
    return Truth(np.asarray(first.true | second.true), np.asarray(first.false & second.false))
