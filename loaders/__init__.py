"""Upstream files → checked tables → an immutable snapshot on disk."""

from loaders import acs, enrollment, facilities, kiosks, lots, master_plan, nycha, phases, schools, tracts

DATASETS = (
    tracts.DATASET,
    acs.DATASET,
    lots.DATASET,
    nycha.DATASET,
    enrollment.DATASET,
    kiosks.DATASET,
    schools.DATASET,
    facilities.DATASET,
)
"""Every dataset, in the order in which it is read and shown."""

CHECKS = (master_plan.DATASET, phases.DATASET)
"""What results are compared with and not made of: read from a folder alone, and absent where that lacks it."""
