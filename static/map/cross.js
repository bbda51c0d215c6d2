// What the cross in the middle of the map points at, for those who use no pointer.
/* global L */

/** Pixels: the arrow keys move the map by 40, so that every site comes within the ring of the cross. */
const RING = 29;

const distance = (site, at) => {
  if (!(site instanceof L.Polygon)) return site._point?.distanceTo(at) ?? Infinity;
  return site._containsPoint(at) ? 0 : site.closestLayerPoint(at)?.distance ?? Infinity;
};

/** The site of `layers` that is nearest to the layer point `at`, points before outlines; undefined if none is in the ring. */
function nearest(drawn, layers, at) {
  return layers.flatMap((layer) => drawn.group(layer).getLayers().map((site) => ({ layer, site })))
    .map((one) => ({ ...one, away: distance(one.site, at), outline: one.site instanceof L.Polygon }))
    .filter(({ away }) => away <= RING)
    .sort((a, b) => a.outline - b.outline || a.away - b.away)[0];
}

/** The {layer, id} in the middle of `map`: the nearest of `sites`, layers that are shown, or else of `areas`; or null. */
export function underCross(map, drawn, sites, areas) {
  const at = map.latLngToLayerPoint(map.getCenter());
  const site = nearest(drawn, sites.filter((layer) => drawn.group(layer) && map.hasLayer(drawn.group(layer))), at);
  if (site) return { layer: site.layer, id: site.site.feature.id };
  const area = drawn.group(areas)?.getLayers().find((one) => one._containsPoint(at));
  return area ? { layer: areas, id: area.feature.id } : null;
}
