"""The map in a real Chromium: until it can be used with a cold cache, and from a slider to the new colours."""

from collections.abc import Iterator
from statistics import median

from tests.browser.chromium import PATH, chromium
from tests.browser.screenshots import open_map, wait_ready

VIEW = {"width": 1360, "height": 860}
COLD = 5
SLIDES = 12

NOTE_READY = """new MutationObserver(() => {
  if (document.documentElement.dataset.ntas === 'ready') window.readyAt ??= performance.now();
}).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ntas'] });"""
SLIDE = """async ([code, value]) => {
  const page = document.documentElement;
  const before = page.dataset.painted;
  const slider = document.getElementById(`weight-${code}`);
  const frame = () => new Promise(requestAnimationFrame);
  const began = performance.now();
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  while (page.dataset.painted === before) await frame();
  await frame();
  await frame();
  return performance.now() - began;
}"""
"""Milliseconds from the input event, with the pause that waits for the hand to rest, to the frame after the repaint."""


def measurements(base: str) -> Iterator[tuple[str, str, str]]:
    """Rows (what, measured, should reach); one that says why there are none without a browser."""
    if PATH is None:
        yield "the map in a browser", "no chromium was found", "–"
        return
    with chromium() as browser:
        times = []
        for _ in range(COLD):
            context = browser.new_context(viewport=VIEW)
            page = context.new_page()
            page.add_init_script(NOTE_READY)
            open_map(page, base)
            times.append(page.evaluate("window.readyAt"))
            context.close()
        yield "map usable, cold cache", f"{median(times):,.0f} ms (slowest {max(times):,.0f})", "≤ 2,500 ms"
        for areas, wanted in (("ntas", 150), ("tracts", 400)):
            page = browser.new_page(viewport=VIEW)
            page.goto(f"{base}/map#areas={areas}&measure=supply")
            wait_ready(page, areas)
            values = [0.25 + 0.25 * turn for turn in range(SLIDES)]
            times = [page.evaluate(SLIDE, ["beyond_reach", str(value)]) for value in values if value != 1]
            told = f"{median(times):,.0f} ms (slowest {max(times):,.0f})"
            yield f"slider to repaint, {areas}, whole city in view", told, f"≤ {wanted} ms"
            page.close()
