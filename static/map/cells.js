// The cells by which a layer of many areas is fetched: Web Mercator tiles of one zoom, so that all callers ask the same.

const ZOOM = 12; // about 7 km here

const column = (lng) => ((lng + 180) / 360) * 2 ** ZOOM;
const row = (lat) => {
  const angle = (lat * Math.PI) / 180;
  return ((1 - Math.log(Math.tan(angle) + 1 / Math.cos(angle)) / Math.PI) / 2) * 2 ** ZOOM;
};
const longitude = (x) => (x / 2 ** ZOOM) * 360 - 180;
const latitude = (y) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** ZOOM))) * 180) / Math.PI;

/** The boxes "west,south,east,north" of the cells that `view` and `extent` (Leaflet bounds) both touch. */
export function cells(view, extent) {
  if (!view.intersects(extent)) return [];
  const [west, east] = [Math.max(view.getWest(), extent.getWest()), Math.min(view.getEast(), extent.getEast())];
  const [south, north] = [Math.max(view.getSouth(), extent.getSouth()), Math.min(view.getNorth(), extent.getNorth())];
  const found = [];
  for (let x = Math.floor(column(west)); x <= Math.floor(column(east)); x += 1) {
    for (let y = Math.floor(row(north)); y <= Math.floor(row(south)); y += 1) {
      found.push([longitude(x), latitude(y + 1), longitude(x + 1), latitude(y)].map((degrees) => degrees.toFixed(5)).join());
    }
  }
  return found;
}
