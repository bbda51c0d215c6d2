"""Upstream files → checked tables → an immutable snapshot on disk."""

from loaders import acs, facilities, kiosks, lots, nycha, schools, tracts

DATASETS = (
    tracts.DATASET,
    acs.DATASET,
    lots.DATASET,
    nycha.DATASET,
    kiosks.DATASET,
    schools.DATASET,
    facilities.DATASET,
)
"""Every dataset, in the order in which it is read and shown."""
