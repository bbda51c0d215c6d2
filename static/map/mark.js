// The mark of the chosen place: a line in a white casing over areas and sites. It takes no clicks, and stands by itself,
// so that nothing that recolours an area or a site can take it away.
/* global L */
const PANE = "chosen";
const LINES = [{ color: "#fff", weight: 6 }, { color: "#0b1a26", weight: 3 }];
const RADIUS = 15; // pixels of the ring around a point

/** The marker of `map`: call it with what is drawn of the chosen place, or with null to take the mark away. */
export function marker(map) {
  map.createPane(PANE).style.zIndex = 440; // over the canvas of areas and sites, under all names
  const ink = { pane: PANE, renderer: L.svg({ pane: PANE }), interactive: false, fill: false };
  const mark = L.layerGroup().addTo(map);
  return (drawn) => {
    mark.clearLayers();
    for (const line of drawn ? LINES : []) {
      const style = { ...ink, ...line };
      mark.addLayer(drawn.getLatLng
        ? L.circleMarker(drawn.getLatLng(), { ...style, radius: RADIUS }) : L.polygon(drawn.getLatLngs(), style));
    }
  };
}
