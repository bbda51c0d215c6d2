// An outline from a file of the person's own.
import { t } from "../words.js";
import { el } from "./words.js";

const MOST_BYTES = 2 ** 20; // what the server takes
const KINDS = ".geojson,.json,application/geo+json,application/json";

/**
 * A button that asks for a GeoJSON file, and the field behind it, which is not shown.
 *
 * `take(text)` is given the file as it is, since the server says best what is wrong with one; one that is too large is
 * cut, which the server refuses just the same. `fail(words)` is told why a file cannot be read.
 */
export function upload(take, fail) {
  const button = el("button", { type: "button" }, t("Upload GeoJSON"));
  const field = el("input", { type: "file", accept: KINDS, hidden: "", "aria-label": t("A GeoJSON file") });
  button.addEventListener("click", () => field.click());
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (!file) return;
    await file.slice(0, MOST_BYTES + 4).text().then(take, (error) => fail(t("The file was not read: {why}", { why: error.message })));
    field.value = ""; // so that the same file, mended, can be chosen again
  });
  return [button, field];
}
