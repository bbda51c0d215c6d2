// What the service says of the inside of an outline: an article for the panel, and the files of it.
import { spoken, t } from "../words.js";
import { el } from "./words.js";

const LATER_MS = 60_000;
const FILES = { csv: "CSV", xlsx: "Excel", geojson: "GeoJSON" };

/** The answer to `body`, GeoJSON as text; an Error with the server's own words if it refuses. */
async function post(body, form, signal) {
  const request = { method: "POST", body, headers: { "content-type": "application/geo+json" }, signal };
  const answer = await fetch(spoken(`/study-area?f=${form}`), request).catch((error) => {
    throw error.name === "AbortError" ? error : new Error(t("The service was not reached. Try again."));
  });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.detail ?? t("The service answered {status}.", { status: answer.status }));
}

async function save(body, form) {
  const url = URL.createObjectURL(await (await post(body, form)).blob());
  el("a", { href: url, download: `study-area.${form}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), LATER_MS); // a browser may ask the person first where to save it
}

/** Buttons in place of the links that an outline too long for an address does not have. */
function files(root, body) {
  const told = el("span", { role: "status" });
  const buttons = root.dataset.studyExport.split(" ").map((form) => {
    const button = el("button", { type: "button" }, FILES[form] ?? form);
    button.addEventListener("click", async () => {
      told.textContent = t("The file is being made…");
      told.className = "";
      await save(body, form).then(() => { told.textContent = t("The file is saved."); }, (error) => {
        told.textContent = error.message;
        told.className = "failed";
      });
    });
    return button;
  });
  root.replaceChildren(el("span", {}, t("The outline is too long for a link. Save a file:")), ...buttons, told);
}

/** The article on the inside of `body`, GeoJSON as text, as an element. */
export async function study(body, signal) {
  const page = new DOMParser().parseFromString(await (await post(body, "panel", signal)).text(), "text/html");
  const article = document.adoptNode(page.querySelector("article"));
  const exports = article.querySelector("[data-study-export]");
  if (exports) files(exports, body);
  return article;
}
