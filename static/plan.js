// The plan page: short addresses, a word while it is solved, and how stable the plan is. Everything else is HTML.
const percent = (share) => `${Math.round(100 * share)}\u00a0%`;

/** Leave out of the address what is as declared, and say that the answer takes a while. */
function shorten(form) {
  const status = form.querySelector("[role=status]");
  form.addEventListener("submit", () => {
    for (const input of form.querySelectorAll("input")) {
      input.disabled = input.value.trim() === "" || input.value.trim() === input.dataset.default;
    }
    status.textContent = status.dataset.words;
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
    return `the server answered ${response.status}`;
  }
}

function fill(developments) {
  const known = new Map(developments.map((one) => [one.tds, one]));
  for (const cell of document.querySelectorAll("[data-kept]")) {
    const one = known.get(cell.dataset.kept);
    if (one) {
      const small = document.createElement("small");
      small.textContent = `in any: ${percent(one.planned_share)}`;
      cell.replaceChildren(percent(one.kept_share), small);
    }
    cell.hidden = false;
  }
  for (const place of document.querySelectorAll("[data-planned]")) {
    const one = known.get(place.dataset.planned);
    place.textContent = one ? `; in the plan in ${percent(one.planned_share)} of redraws` : "";
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
      status.textContent = line.done % 10 ? status.textContent : `${line.done} of ${line.of}`;
    }
    throw new Error("the answer ended early");
  }

  start.addEventListener("click", async () => {
    asking = new AbortController();
    busy(true);
    try {
      await follow();
      status.textContent = `Done: need was redrawn ${progress.max} times; see the last column.`;
    } catch (error) {
      status.textContent = error.name === "AbortError" ? "Cancelled." : `That did not work: ${error.message}.`;
    }
    busy(false);
  });
  stop.addEventListener("click", () => asking.abort());
  box.hidden = false;
}

for (const form of document.querySelectorAll("form.terms")) shorten(form);
for (const box of document.querySelectorAll(".stable")) stability(box);
