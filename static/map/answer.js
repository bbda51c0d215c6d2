// What the service answers: every part of the map asks through here, so that all fail in the same words.
import { t } from "../words.js";

const reached = (promise) => promise.catch((error) => {
  throw error instanceof TypeError ? new Error(t("no connection")) : error; // the browser's own words are English
});

/** The body of the answer to `url` as `form`, "json" or "text"; an Error that says why there is none. */
export async function answer(url, form, options = {}) {
  const given = await reached(fetch(url, options));
  if (given.ok) return reached(given[form]());
  const { detail } = await given.json().catch(() => ({}));
  throw new Error(detail ?? t("the server answered {status}", { status: given.status }));
}
