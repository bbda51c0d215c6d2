// What the cross in the middle of the map points at, for those who use no pointer.
/* global L */

/** Pixels: the arrow keys move the map by 40, so that every site comes within the ring of the cross. */
const RING = 29;

const distance = (site, at) => {
  if (!(site instanceof L.Polygon)) return site._point?.distanceTo(at) ?? Infinity;
  return site._containsPoint(at) ? 0 : site.closestLayerPoint(at)?.distance ?? Infinity;
};

/** The site of `groups` that is nearest to the layer point `at`, points before outlines; null if none is in the ring. */
export function nearest(groups, at) {
  const found = groups.flatMap((group) => group.getLayers())
    .map((site) => ({ site, away: distance(site, at), outline: site instanceof L.Polygon }))
    .filter(({ away }) => away <= RING)
    .sort((a, b) => a.outline - b.outline || a.away - b.away);
  return found[0]?.site ?? null;
}
