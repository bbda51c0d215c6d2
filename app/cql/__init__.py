"""CQL2 (OGC 21-065r2): filters that are read by a library and evaluated on the columns of a table."""
