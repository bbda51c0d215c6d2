// The plan page: short addresses, a word while it is solved, and how stable the plan is. Everything else is HTML.
import { percent } from "/static/map/words.js";
import { t, tn } from "/static/words.js";

/** Leave out of the address what is as declared, and say that the answer takes a while. */
function shorten(form) {
  const status = form.querySelector("[role=status]");
  form.addEventListener("submit", () => {
    for (const input of form.querySelectorAll("input")) {
      input.disabled = input.value.trim() === "" || input.value.trim() === input.dataset.default;
    }
    status.textContent = t("Solving: this takes a few seconds.");
  });
  addEventListener("pageshow", () => { // also when the browser shows the page again as it was left
    for (const input of form.querySelectorAll("input")) input.disabled = false;
    status.textContent = "";
  });
}

/** Each line of a streamed answer as JSON. */
async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const found = (rest + part.value).split("\n");
    rest = found.pop();
    for (const line of found) yield JSON.parse(line);
  }
}

/** What a refusal says of itself. */
async function refusal(response) {
  try {
    return (await response.json()).detail;
  } catch {
    return t("the server answered {status}", { status: response.status });
  }
}

function fill(developments) {
  const known = new Map(developments.map((one) => [one.tds, one]));
  for (const cell of document.querySelectorAll("[data-kept]")) {
    const one = known.get(cell.dataset.kept);
    if (one) {
      const small = document.createElement("small");
      small.textContent = t("in any: {share}", { share: percent(one.planned_share, 0) });
      cell.replaceChildren(percent(one.kept_share, 0), small);
    }
    cell.hidden = false;
  }
  for (const place of document.querySelectorAll("[data-planned]")) {
    const one = known.get(place.dataset.planned);
    place.textContent = one ? t("; in the plan in {share} of redraws", { share: percent(one.planned_share, 0) }) : "";
    place.hidden = !one;
  }
}

function stability(box) {
  const [start, stop] = ["start", "stop"].map((name) => box.querySelector(`[data-do=${name}]`));
  const [progress, status] = [box.querySelector("progress"), box.querySelector("[role=status]")];
  let asking = null;

  function busy(is) {
    start.hidden = is;
    stop.hidden = progress.parentElement.hidden = !is;
    (is ? stop : start).focus();
  }

  async function follow() {
    const response = await fetch(box.dataset.address, { signal: asking.signal });
    if (!response.ok) throw new Error(await refusal(response));
    for await (const line of lines(response)) {
      if (line.developments) {
        fill(line.developments);
        return;
      }
      progress.max = line.of;
      progress.value = line.done;
      status.textContent = line.done % 10 ? status.textContent : t("{done} of {all}", { done: line.done, all: line.of });
    }
    throw new Error(t("the answer ended early"));
  }

  start.addEventListener("click", async () => {
    asking = new AbortController();
    busy(true);
    try {
      await follow();
      status.textContent = tn(
        progress.max, "Done: need was redrawn {n} time; see the last column.",
        "Done: need was redrawn {n} times; see the last column.",
      );
    } catch (error) {
      status.textContent = error.name === "AbortError"
        ? t("Cancelled.")
        : t("That did not work: {reason}.", { reason: error.message });
    }
    busy(false);
  });
  stop.addEventListener("click", () => asking.abort());
  box.hidden = false;
}

for (const form of document.querySelectorAll("form.terms")) shorten(form);
for (const box of document.querySelectorAll(".stable")) stability(box);
