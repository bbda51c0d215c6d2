"""The page at `/`: the dashboard of a city."""

from app.dashboard.ages import ages
from app.dashboard.boroughs import boroughs
from app.dashboard.enrollment import enrollment
from app.dashboard.high_gap import high_gap
from app.dashboard.link5g import link5g
from app.dashboard.people import people
from app.language import _
from app.legend import absent, banners
from app.pages import draw
from app.retold import worded
from app.state import City


def draw_home(city: City) -> str:
    """The HTML of the page, in the language of the answer."""
    method = city.manifest["method"]
    return draw(
        "home.html",
        title=_("Where New Yorkers are left without broadband"),
        banners=banners(city.manifest),
        rollout="developments" in city.collections,
        people=people(city),
        enrollment=enrollment(city),
        link5g=link5g(city),
        high=high_gap(city),
        boroughs=boroughs(city),
        ages=ages(city.manifest),
        missing=[*map(worded, method["missing_indicators"].values())],
        absent=absent(city.manifest),
        snapshot=city.snapshot.id,
        created=city.manifest["created_at"][:10],
        method_version=method["version"],
    )
