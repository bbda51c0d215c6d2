"""OGC API – Features and Tiles over the collections of a snapshot: queries, filters, forms, tiles, descriptions."""
