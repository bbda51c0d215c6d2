// The map on paper: before printing, the part of the view that holds the city is cut out and scaled to the sheet.
/* global L */

const SHEET = { width: 635, height: 590 }; // CSS pixels: 168 mm by 156 mm, beside the legend of static/map-print.css
const LARGEST = 1.5; // what was drawn for a small window becomes no larger than this
const MARGIN = 8; // pixels around the city
const LEAST = 120; // pixels: of a part smaller than this, the whole view is printed

/** The part of the view of `map` that `city` (Leaflet bounds) fills, in whole pixels of its container. */
function part(map, city) {
  const size = map.getSize();
  const corner = map.latLngToContainerPoint(city.getNorthWest());
  const opposite = map.latLngToContainerPoint(city.getSouthEast());
  const [left, top] = [Math.max(0, Math.floor(corner.x) - MARGIN), Math.max(0, Math.floor(corner.y) - MARGIN)];
  const width = Math.min(size.x, Math.ceil(opposite.x) + MARGIN) - left;
  const height = Math.min(size.y, Math.ceil(opposite.y) + MARGIN) - top;
  return width < LEAST || height < LEAST ? { left: 0, top: 0, width: size.x, height: size.y } : { left, top, width, height };
}

/**
 * Print what `map` shows of `city` (its south-west and north-east corners), by any way a page is printed.
 *
 * The zoom stays, for a browser does not wait for what another one would load: the map becomes as small as the part that is
 * printed, and the style sheet scales it. It is drawn with twice the pixels, since paper is finer than a screen.
 */
export function printing(map, city) {
  const bounds = L.latLngBounds(city);
  const container = map.getContainer();
  const stage = container.parentElement;
  const paper = window.matchMedia("print");
  let size = map.getSize(); // on the screen
  let before = null; // while it is printed: what began that, "event" or "media", and what has to be undone

  function resize(width, height, pan) {
    [container.style.width, container.style.height] = [`${width}px`, `${height}px`];
    map.invalidateSize({ pan, animate: false });
  }

  function begin(by) {
    if (before) return;
    resize(size.x, size.y, true); // by now the style sheet for paper may rule
    const { left, top, width, height } = part(map, bounds);
    before = { by, left, top, retina: L.Browser.retina };
    const scale = Math.min(SHEET.width / width, SHEET.height / height, LARGEST);
    for (const [name, value] of [["scale", scale], ["width", `${width * scale}px`], ["height", `${height * scale}px`]]) {
      stage.style.setProperty(`--printed-${name}`, value);
    }
    L.Browser.retina = true;
    map.panBy([left, top], { animate: false });
    resize(width, height, false);
  }

  function end(by) {
    if (before?.by !== by) return;
    const { left, top, retina } = before;
    before = null;
    L.Browser.retina = retina;
    resize(size.x, size.y, false); // said in pixels, for the page may still be laid out for paper
    map.panBy([-left, -top], { animate: false });
    requestAnimationFrame(() => {
      if (!before) container.style.width = container.style.height = "";
    });
  }

  map.on("resize", () => {
    if (!before && !paper.matches) size = map.getSize();
  });
  window.addEventListener("beforeprint", () => begin("event"));
  window.addEventListener("afterprint", () => end("event"));
  paper.addEventListener("change", () => (paper.matches ? begin("media") : end("media"))); // where no event tells of it
}
