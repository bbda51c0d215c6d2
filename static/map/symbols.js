// Site symbols: one outline each, drawn by the same path on the map's canvas and in the legend.
/* global L */
import { t } from "../words.js";
import { svg } from "./words.js";

const OUTLINES = { // in a box from -1 to 1
  circle: "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
  diamond: "M0-1.35L1.1 0L0 1.35L-1.1 0Z",
  square: "M-.9-.9H.9V.9H-.9Z",
  triangle: "M0-1.15L1.15.9H-1.15Z",
  cross: "M-.9-.9L.9.9M.9-.9L-.9.9",
};
const PATHS = Object.fromEntries(Object.entries(OUTLINES).map(([name, outline]) => [name, new Path2D(outline)]));

const LINK = { title: t("Link1.0, working"), shape: "circle", fill: "#0a5ea8", line: "#fff", size: 4 };
const LINK5G = { title: t("Link5G, working"), shape: "diamond", fill: "#e0218a", line: "#fff", size: 5.5 };
const SILENT = { title: t("not working, or a payphone"), shape: "cross", fill: "none", line: "#3d4852", size: 3 };
const SCHOOL = { title: t("school"), shape: "square", fill: "#ffd84d", line: "#3b3000", size: 3.8 };
const CENTRE = { title: t("not reserved for older adults"), shape: "triangle", fill: "#0b7a4b", line: "#fff", size: 5.5 };
const RESERVED = { title: t("for older adults only"), shape: "triangle", fill: "#fff", line: "#0b7a4b", size: 4.5 };
const ESTATE = { title: t("development"), shape: "estate", fill: "#2b2140", line: "#2b2140" };

const LAYERS = { // layer → its symbols, and which of them a feature has
  kiosks: { symbols: [LINK, LINK5G, SILENT], pick: (p) => (!p.working ? SILENT : p.kind === "Link5G" ? LINK5G : LINK) },
  schools: { symbols: [SCHOOL], pick: () => SCHOOL },
  facilities: { symbols: [CENTRE, RESERVED], pick: (p) => (p.open_to_all_ages === false ? RESERVED : CENTRE) },
  developments: { symbols: [ESTATE], pick: () => ESTATE },
};
const OTHER = { symbols: [{ ...SCHOOL, title: t("site"), fill: "#fff" }], pick: () => OTHER.symbols[0] };
const of = (layer) => LAYERS[layer] ?? OTHER;

/** How much larger symbols are at `zoom`: small over the whole city, full size in a neighborhood. */
const scale = (zoom) => Math.min(1.6, Math.max(0.52, 0.52 + (zoom - 10.5) * 0.24));

const Site = L.CircleMarker.extend({
  _updatePath() {
    const { _renderer: canvas, _point: at, options } = this;
    if (!canvas._drawing || this._empty()) return;
    const { shape, fill, line } = options.symbol;
    const radius = this._radius;
    canvas._ctx.save();
    canvas._ctx.translate(at.x, at.y);
    canvas._ctx.scale(radius, radius);
    canvas._ctx.lineJoin = "round";
    canvas._ctx.strokeStyle = line;
    canvas._ctx.lineWidth = (shape === "cross" ? 1.7 : 1.3) / radius;
    if (fill !== "none") {
      canvas._ctx.fillStyle = fill;
      canvas._ctx.fill(PATHS[shape]);
    }
    canvas._ctx.stroke(PATHS[shape]);
    canvas._ctx.restore();
  },
});

/** A marker for a point feature of `layer`. */
export function site(layer, feature, latlng, zoom) {
  const symbol = of(layer).pick(feature.properties);
  const shaped = symbol.shape === "estate" ? { ...symbol, shape: "square", line: "#fff", size: 4 } : symbol;
  return new Site(latlng, { symbol: shaped, radius: shaped.size * scale(zoom), weight: 2 });
}

/** Redraw the size of every site in `group` for `zoom`: a broad line keeps a small development in sight. */
export function resize(group, zoom) {
  group.eachLayer((drawn) => {
    if (drawn instanceof Site) drawn.setRadius(drawn.options.symbol.size * scale(zoom));
    else drawn.setStyle({ weight: CASING + (zoom < 11.5 ? 2.8 : zoom < 13 ? 2.2 : 1.6) });
  });
}

export const ESTATE_STYLE = { color: ESTATE.line, opacity: 1, fillColor: ESTATE.fill, fillOpacity: 0.45 };

const CASING = 2.4; // white around the line of a development, so that it shows on dark areas too

/** Draw the line of `polygon` in a white casing; its weight is that of both. */
export function encase(polygon) {
  polygon._updatePath = () => {
    const { options } = polygon;
    polygon.options = { ...options, color: "#fff", fill: false };
    L.Polygon.prototype._updatePath.call(polygon);
    polygon.options = { ...options, weight: options.weight - CASING };
    L.Polygon.prototype._updatePath.call(polygon);
    polygon.options = options;
  };
}

/** The legend entries of a site layer, as list items' content: [swatch, title]. */
export const keys = (layer) => of(layer).symbols.map((symbol) => [swatch(symbol), symbol.title]);

function swatch({ shape, fill, line, size }) {
  const box = svg("svg", { viewBox: "-9 -9 18 18", "aria-hidden": "true" });
  if (shape === "estate") {
    box.append(svg("path", { d: "M-8-5L1-8L8-1L3 7L-6 5Z", fill, "fill-opacity": "0.45", stroke: line, "stroke-width": "1.6" }));
    return box;
  }
  const outlined = line === "#fff" ? "#0003" : line; // a white edge needs the map behind it
  box.append(svg("path", { d: OUTLINES[shape], transform: `scale(${size * 1.15})`, fill, stroke: outlined,
    "stroke-width": String((shape === "cross" ? 1.9 : 1.2) / size), "stroke-linejoin": "round" }));
  return box;
}
