"""Upstream files → checked tables → an immutable snapshot on disk."""
