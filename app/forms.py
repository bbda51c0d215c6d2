"""The forms of what geo and the loaders say in English with days, numbers and names in it; {names} stand for those."""

from typing import Final

from app.language import N_

FORMS: Final = (
    # geo.eligibility
    N_("eligible"),
    N_("eligible until conversion to PACT on {day}"),
    N_("an unofficial list says that a conversion to PACT is planned"),
    N_("an unofficial list says converted"),
    N_("not eligible: converted to PACT on {day}"),
    N_("not confirmed: a conversion to PACT is stated, its date cannot be read"),
    N_("not confirmed: no longer on the map of public housing"),
    N_("public housing"),
    N_("public housing until {day}"),
    N_("PACT planned"),
    N_("PACT converted since {day}"),
    N_("not confirmed"),
    N_("consolidated: managed with {name}"),
    N_("exclusively"),
    N_("partially"),
    N_("partially ({number} building)"),
    N_("partially ({number} buildings)"),
    N_("partially ({number} stairhall)"),
    N_("partially ({number} stairhalls)"),
    # geo.enrollment, geo.programme
    N_("enrollment reported on {day}"),
    N_("enrollment reported on {day}: its reports ended on {until}"),
    N_("enrollment reported on {day}: more subscribers than households were reported"),
    N_("apartments: no enrollment is reported, so all of them are counted"),
    N_("its reports ended on {day}"),
    N_("more subscribers than households were reported"),
    N_("no trend: {number} weeks of reports, at least {least} needed"),
    N_("no trend: no report {least} to {most} weeks before the last"),
    N_("no gain since {day} ({number} weeks)"),
    N_("fell by {households} since {day} ({number} weeks)"),
    N_("{number} unconnected"),
    N_("households revised from {before} to {now}"),
    N_("partial: {number} developments reported, {before} the date before"),
    N_("{number} carried from at most {weeks} weeks before"),
    N_("{number} no longer counted: no report for more than {weeks} weeks"),
    # geo.developments, geo.priority
    N_("no outline: its place, need and reach are not known"),
    N_("not ranked: it has no priority"),
    N_("no interval and no tier: margins of error of its place are missing or too wide"),
    N_("not ranked: it left public housing"),
    N_("not ranked: a part of its priority is not known"),
    N_("not ranked; it would be if its place in public housing were confirmed"),
    N_("the only one that is ranked"),
    # geo.priority: reasons, what would change it
    N_("{number} of {all} households not yet subscribed on {day}"),
    N_("{number} apartments, subscribers not known: all are counted"),
    N_("number of apartments not known"),
    N_("need of its place {need} ({interval}) of 100, above the city's {city}"),
    N_("need of its place {need} ({interval}) of 100, not above the city's {city}"),
    N_("need of its place {need} of 100, above the city's {city}"),
    N_("need of its place {need} of 100, not above the city's {city}"),
    N_("need not known"),
    N_("around it {share} % of households have no broadband of any type"),
    N_("around it {share} % of households have no cable, fibre or DSL"),
    N_("around it {share} % of households have no computer or smartphone"),
    N_("around it {share} % of people are below 150 % of the poverty level"),
    N_("around it {share} % of people are 65 or older"),
    N_("around it {share} % of households have somebody under 18"),
    N_("{share} % of its grounds within {metres} m of working public access"),
    N_("reach of public access not known"),
    N_("nearest working kiosk {metres} m"),
    N_("no distance to a kiosk"),
    N_("nearest computer centre {metres} m"),
    N_("no distance to a centre"),
    N_("for older adults {which}"),
    N_(
        "in the first fifth; leaves it if the need of its place were below {need} (its interval: {interval}), "
        "or when fewer than {left} of its {number} unconnected households are left, or on conversion to PACT"
    ),
    N_(
        "in the first fifth; leaves it if the need of its place were below {need} (its interval is not "
        "known), or when fewer than {left} of its {number} unconnected households are left, or on conversion "
        "to PACT"
    ),
    N_(
        "in the first fifth; leaves it when fewer than {left} of its {number} unconnected households are "
        "left, or on conversion to PACT"
    ),
    N_(
        "in the first fifth; leaves it if the need of its place were below {need} (its interval: {interval}), "
        "or on conversion to PACT"
    ),
    N_(
        "in the first fifth; leaves it if the need of its place were below {need} (its interval is not "
        "known), or on conversion to PACT"
    ),
    N_("in the first fifth; leaves it on conversion to PACT"),
    N_("not in the first fifth; no need of its place would bring it there"),
    N_(
        "not in the first fifth; would enter it if the need of its place were {need} or more (its interval: {interval})"
    ),
    N_(
        "not in the first fifth; would enter it if the need of its place were {need} or more (its interval is "
        "not known)"
    ),
    # geo.outreach
    N_(
        "{number} of {all} households subscribe ({percent}), where {peers} similar developments ({which}) "
        "lead to expect {low} to {high}, so {short} more would be usual at the least"
    ),
    N_(
        "{number} of {all} households subscribe ({percent}), where {peers} similar developments ({which}) "
        "lead to expect {low} to {high}"
    ),
    N_("served by {provider}, of {low} to {high} households"),
    N_("served by {provider}, of any size"),
    N_("of any provider and any size"),
    N_("{number} are not connected"),
    N_("{number} joined in {weeks} weeks, {low} to {high} expected"),
    N_("{number} left in {weeks} weeks, {low} to {high} expected"),
    N_("pace not known: {why}"),
    N_("not known: {why}"),
    N_("no household was unconnected before"),
    N_("{number} similar developments have a trend, at least {least} needed"),
    N_("not compared: not eligible, or not confirmed to be"),
    N_("not compared: it has no enrollment report"),
    N_("not compared: its reports ended on {day}"),
    N_("not compared: more subscribers than households were reported"),
    N_("not compared: no households were reported"),
    N_("not compared: {number} developments to compare with, at least {least} needed"),
    # geo.rollout, geo.rollout_problem
    N_("excluded by the terms"),
    N_("not eligible"),
    N_("its eligibility is not confirmed"),
    N_("the number of households to connect is not known"),
    N_("nobody is left to connect"),
    N_("its need is not known"),
    N_("it costs more than all waves together have"),
    N_("costs ${cost}, ${left} are left: the money reaches more need elsewhere"),
    N_("costs ${cost}, ${left} are left"),
    N_("the money reaches more need elsewhere"),
    N_("no crew is left: they reach more need elsewhere"),
    N_("{provider} can start no more: it reaches more need elsewhere"),
    N_("with it {borough} would have less than its least share"),
    N_("its need is 0"),
    N_("no wave has room for it beside those that reach more need"),
    N_("provider {provider} by the terms: none is reported"),
    N_("the search was ended before it was proved that no plan reaches more"),
    N_("it is not proved that each wave is the most it can be"),
    N_("the need of {tds} is not known and counts as 0: must be in the plan"),
    N_("the provider of {number} candidates is not known: no capacity limits them"),
    N_("the borough of {number} candidates is not known: they count for no least share"),
    # geo.rollout_costs, geo.rollout_greedy
    N_("money without end"),
    N_("any number of crews"),
    N_("any number of developments of {provider}"),
    N_("no least share of {borough}"),
    N_("nobody must be in it"),
    N_("nobody is excluded"),
    N_("a tenth more money in each wave"),
    N_("no development found room"),
    N_("{tds} must be in the plan and found no room"),
    N_("{borough} has {number} % of the households, expected {least} % or more"),
    # geo.followup
    N_("on plan"),
    N_("not begun"),
    N_("not known: no report since the start"),
    N_("not known: no report since its wave began"),
    N_("not known: subscribers at the start are not stated"),
    N_("left on {day}"),
    N_("not known: it takes reports of two dates"),
    N_("from {since} to {until}; what was spent before {since} is not known from the reports"),
    N_("from {since} to {until}, each development at its pace of the last {weeks} weeks"),
    N_("{number} without a trend stay as they are"),
    N_("the newest report is of {since}, expected a report before {until}: choose a later end or load newer reports"),
    N_("nothing was reported, expected a report before {until}: choose a later end or load newer reports"),
    # app.planning
    N_("this snapshot has no developments, so there is nothing to plan"),
    N_("other plans are being solved; ask again in a moment"),
    # geo.areas, geo.need, vintages of the loaders
    N_("{number} people live in areas too small to score and are not in the counts"),
    N_("{name}: the survey file has no {source}"),
    N_("ACS {years}"),
    N_("activations to {day}"),
    N_("as of {day}"),
    N_("announced {since} to {until}"),
    N_("sites: fiscal year {year}"),
    N_("pupils: school year {year}"),
    N_("file of {year}"),
    N_("ACS {years} and FCC Form 477 of December {year}"),
    N_("{dataset}: {vintage}"),
    # geo.equity
    N_("sampling error moves it by about {amount}: the interval allows for that, the value does not"),
)
"""Every text that is known; of those that fit a text the first counts."""
