"""
The example filters of OGC 21-065r2, as text and as JSON; names as in its folder schema/examples.

Long outlines are shortened to fewer corners; what is said of them is the same.
"""

AREA = "POLYGON((43.5845 -79.5442, 43.6079 -79.4893, 43.7945 -79.1178, 43.7509 -79.6390, 43.5845 -79.5442))"
ROAD = "LINESTRING(43.72992 -79.2998, 43.73005 -79.2991, 43.73006 -79.2984)"
APOLLO = "INTERVAL('1969-07-16T05:32:00Z', '1969-07-24T16:50:35Z')"
YEARS = "INTERVAL('1991-10-07T08:21:06.393262Z', '2010-02-10T05:29:20.073225Z')"
EVENT = "INTERVAL(starts_at, ends_at)"

TEXT = [
    ("clause6_01", "avg(windSpeed)"),
    ("clause6_02a", "city='Toronto'"),
    ("clause6_02b", "avg(windSpeed) < 4"),
    ("clause6_02c", "balance-150.0 > 0"),
    ("clause6_02d", "updated >= DATE('1970-01-01')"),
    ("clause6_03", "geometry IS NOT NULL"),
    ("clause7_01", "name LIKE 'Smith%'"),
    ("clause7_02", "depth BETWEEN 100.0 and 150.0"),
    ("clause7_03a", "cityName IN ('Toronto','Frankfurt','Tokyo','New York')"),
    ("clause7_03b", "category NOT IN (1,2,3,4)"),
    ("clause7_04", "CASEI(road_class) IN (CASEI('Οδος'),CASEI('Straße'))"),
    ("clause7_05", "ACCENTI(etat_vol) = ACCENTI('débárquér')"),
    ("clause7_07", "S_INTERSECTS(geometry,POINT(36.319836 32.288087))"),
    ("clause7_10", f"S_CROSSES(road,{AREA})"),
    ("clause7_12", f"T_INTERSECTS(event_time, {APOLLO})"),
    ("clause7_13", f"T_DURING(INTERVAL(touchdown, liftOff), {APOLLO})"),
    ("clause7_15", "A_CONTAINS(layer:ids, ('layers-ca','layers-us'))"),
    ("clause7_16", f"S_CROSSES({ROAD},\n        {AREA})"),
    ("clause7_17", f"T_DURING(INTERVAL('1969-07-20T20:17:40Z', '1969-07-21T17:54:00Z'), {APOLLO})"),
    ("clause7_18", "S_WITHIN(road,Buffer(geometry,10,'m'))"),
    ("clause7_19", "vehicle_height > (bridge_clearance-1)"),
    ("example01", "landsat:scene_id = 'LC82030282019133LGN00'"),
    ("example02", "eo:instrument LIKE 'OLI%'"),
    ("example03", "landsat:wrs_path IN ('153','154','15X')"),
    ("example04", "eo:cloud_cover<0.1 AND landsat:wrs_row=28 AND landsat:wrs_path=203"),
    ("example05a", "eo:cloud_cover=0.1 OR eo:cloud_cover=0.2"),
    ("example05b", "eo:cloud_cover IN (0.1,0.2)"),
    ("example06a", "eo:cloud_cover BETWEEN 0.1 AND 0.2 AND landsat:wrs_row=28 AND landsat:wrs_path=203"),
    ("example06b", "    eo:cloud_cover >= 0.1\nAND eo:cloud_cover <= 0.2\nAND landsat:wrs_row=28"),
    ("example07", f"eo:instrument LIKE 'OLI%' AND S_INTERSECTS(footprint,{AREA})"),
    ("example08", f"beamMode='ScanSAR Narrow' AND polarization='HH+VV+HV+VH' AND s_intersects(geometry,{AREA})"),
    ("example09", "floors>5"),
    ("example10", "taxes <= 500"),
    ("example11", "owner LIKE '%Jones%'"),
    ("example12", "owner LIKE 'Mike%'"),
    ("example13", "owner NOT LIKE '%Mike%'"),
    ("example14", "swimming_pool=true"),
    ("example15", "floors>5 AND swimming_pool=true"),
    ("example16", "swimming_pool=true AND (floors>5 OR material LIKE 'brick%' OR material LIKE '%brick')"),
    ("example17", "(floors>5 AND material='brick') OR swimming_pool=true"),
    ("example18", "NOT (floors<5) OR swimming_pool=true"),
    ("example19", "(owner LIKE 'mike%' OR owner LIKE 'Mike%') AND floors<4"),
    ("example20", "T_BEFORE(built,DATE('2015-01-01'))"),
    ("example21", "T_AFTER(built,DATE('2012-06-05'))"),
    ("example22", f"T_DURING({EVENT}, INTERVAL('2017-06-10T07:30:00Z', '2017-06-11T10:30:00Z'))"),
    ("example23", "S_WITHIN(location,BBOX(-118,33.8,-117.9,34))"),
    ("example24", "S_INTERSECTS(geometry,POLYGON((-10.0 -10.0,10.0 -10.0,10.0 10.0,-10.0 -10.0)))"),
    ("example25", "floors>5 AND S_WITHIN(geometry,BBOX(-118,33.8,-117.9,34))"),
    ("example26", "CASEI(road_class) IN (CASEI('Οδος'),CASEI('Straße'))"),
    ("example28", "ACCENTI(etat_vol) = ACCENTI('débárquér')"),
    ("example29", "\"id\" = 'fa7e1920-9107-422d-a3db-c468cbc5d6df'"),
    ("example30", "\"id\" <> 'fa7e1920-9107-422d-a3db-c468cbc5d6df'"),
    ("example31", '"value" < 10'),
    ("example34", '"value" >= 10'),
    ("example35", "\"name\" LIKE 'foo%'"),
    ("example36", "NOT \"name\" LIKE 'foo%'"),
    ("example36-alt01", "\"name\" NOT LIKE 'foo%'"),
    ("example37", '"value" BETWEEN 10 AND 20'),
    ("example38", 'NOT "value" BETWEEN 10 AND 20'),
    ("example38-alt01", '"value" NOT BETWEEN 10 AND 20'),
    ("example39", '"value" IN (1.0, 2.0, 3.0)'),
    ("example40-alt01", "\"value\" NOT IN ('a', 'b', 'c')"),
    ("example41", '"value" IS NULL'),
    ("example42", 'NOT "value" IS NULL'),
    ("example42-alt01", '"value" IS NOT NULL'),
    ("example43", '(NOT "name" LIKE \'foo%\' AND "value" > 10)'),
    ("example44", '("value" IS NULL OR "value" BETWEEN 10 AND 20)'),
    ("example46", 'S_EQUALS(POLYGON ((-0.333333 89.0, -102.723546 -0.5, -179.0 -89.0, -0.333333 89.0)), "geometry")'),
    ("example47", 'S_DISJOINT("geometry", MULTIPOLYGON (((144.02 45.17, -1.1 0.0, 180.0 47.80, 144.02 45.17))))'),
    (
        "example49",
        'S_WITHIN(POLYGON Z ((-49 0.5 -75993, -1.5 -0.9 -100000.0, 0.0 0.5 -0.3, -49 0.5 -75993)), "geometry")',
    ),
    ("example50", 'S_OVERLAPS("geometry", BBOX(-179.912109, 1.9, 180.0, 16.897016))'),
    ("example51", 'S_CROSSES("geometry", LINESTRING (172.03086 1.5, 1.1 -90.0, -159.757695 0.99999, -180.0 0.5))'),
    ("example53", "T_AFTER(\"updated_at\", DATE('2010-02-10'))"),
    ("example54", "T_BEFORE(\"updated_at\", TIMESTAMP('2012-08-10T05:30:00.000000Z'))"),
    ("example55", f"T_CONTAINS(INTERVAL('2000-01-01T00:00:00.000000Z', '2005-01-10T01:01:01.393216Z'), {EVENT})"),
    ("example56", "T_DISJOINT(INTERVAL('..', '2005-01-10T01:01:01.393216Z'), \"coverage_date\")"),
    ("example57", f"T_DURING({EVENT}, INTERVAL('2005-01-10', '2010-02-10'))"),
    ("example58", "T_EQUALS(\"updated_at\", DATE('1851-04-29'))"),
    ("example59", f"T_FINISHEDBY({EVENT}, {YEARS})"),
    ("example60", f"T_FINISHES({EVENT}, {YEARS})"),
    ("example61", f"T_INTERSECTS({EVENT}, {YEARS})"),
    ("example62", f"T_MEETS(INTERVAL('2005-01-10', '2010-02-10'), {EVENT})"),
    ("example63", "T_METBY(INTERVAL('2010-02-10T05:29:20.073225Z', '2010-10-07'), \"coverage_dates\")"),
    ("example64", f"T_OVERLAPPEDBY({YEARS}, {EVENT})"),
    ("example65", f"T_OVERLAPS({EVENT}, INTERVAL('1991-10-07T08:21:06.393262Z', '1992-10-09T08:08:08.393473Z'))"),
    ("example66", f"T_STARTEDBY({YEARS}, {EVENT})"),
    ("example67", f"T_STARTS({EVENT}, INTERVAL('1991-10-07T08:21:06.393262Z', '..'))"),
]

JSON = [
    ("clause6_01", '{"op": "avg", "args": [{"property": "windSpeed"}]}'),
    ("clause6_02a", '{"op": "=", "args": [{"property": "city"}, "Toronto"]}'),
    ("clause6_02c", '{"op": ">", "args": [{"op": "-", "args": [{"property": "balance"}, 150.0]}, 0]}'),
    ("clause6_02d", '{"op": ">=", "args": [{"property": "updated"}, {"date": "1970-01-01"}]}'),
    ("clause6_03", '{"op": "not", "args": [{"op": "isNull", "args": [{"property": "geometry"}]}]}'),
    ("clause7_01", '{"op": "like", "args": [{"property": "name"}, "Smith%"]}'),
    ("clause7_02", '{"op": "between", "args": [{"property": "depth"}, 100.0, 150.0]}'),
    ("clause7_03b", '{"op": "not", "args": [{"op": "in", "args": [{"property": "category"}, [1, 2, 3, 4]]}]}'),
    (
        "clause7_04",
        '{"op": "in", "args": [{"op": "casei", "args": [{"property": "road_class"}]}, '
        '[{"op": "casei", "args": ["Οδος"]}, {"op": "casei", "args": ["Straße"]}]]}',
    ),
    (
        "clause7_07",
        '{"op": "s_intersects", "args": [{"property": "geometry"}, '
        '{"type": "Point", "coordinates": [36.319836, 32.288087]}]}',
    ),
    (
        "clause7_13",
        '{"op": "t_during", "args": [{"interval": [{"property": "touchdown"}, {"property": "liftOff"}]}, '
        '{"interval": ["1969-07-16T13:32:00Z", "1969-07-24T16:50:35Z"]}]}',
    ),
    ("clause7_15", '{"op": "a_contains", "args": [{"property": "layer:ids"}, ["layers-ca", "layers-us"]]}'),
    (
        "clause7_18",
        '{"op": "s_within", "args": [{"property": "road"}, '
        '{"op": "Buffer", "args": [{"property": "geometry"}, 10, "m"]}]}',
    ),
    (
        "clause7_19",
        '{"op": ">", "args": [{"property": "vehicle_height"}, '
        '{"op": "-", "args": [{"property": "bridge_clearance"}, 1]}]}',
    ),
    (
        "example25",
        '{"op": "and", "args": [{"op": ">", "args": [{"property": "floors"}, 5]}, {"op": "s_within", '
        '"args": [{"property": "geometry"}, {"bbox": [-118, 33.8, -117.9, 34]}]}]}',
    ),
    (
        "example56",
        '{"op": "t_disjoint", "args": [{"interval": ["..", "2005-01-10T01:01:01.393216Z"]}, '
        '{"property": "coverage_date"}]}',
    ),
]
