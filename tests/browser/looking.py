"""What several tests of the map look for, and how they change what the browser sees."""

import json

SITES = {"developments": "tds", "kiosks": "site_id", "schools": "dbn", "facilities": "facility_id"}
COLOURS = """() => { const found = []; map_city.eachLayer(one => { const fill = one.options.fillColor;
             if (one.feature && 'gap' in one.feature.properties && one.options.interactive !== false)
               found.push(typeof fill === 'string' ? fill : 'pattern'); }); return found; }"""
GO_TO = """key => { let at;
           map_city.eachLayer(one => {
             if (one.feature?.properties[key]) at ??= (one.getLatLng ?? one.getCenter).call(one); });
           map_city.setView(at, 16, { animate: false }); return [at.lat, at.lng]; }"""


def rewrite(page, layer, change):
    """Let the browser see the features of `layer` with their properties changed by `change`."""

    def answer(route):
        body = route.fetch().json()
        for feature in body["features"]:
            change(feature["properties"])
        route.fulfill(content_type="application/geo+json", body=json.dumps(body))

    page.route(f"**/layers/{layer}.geojson", answer)
