// What stands behind each port, and what it cannot do: told before the call (contract, "Embedded default").

import { byId, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {{port: string, engine: string, readiness: string, limits: string}} Standing */

/** @param {() => Words} words */
export function enginesPanel(words) {
  const list = byId("engines");
  const summary = byId("engines-summary");
  return {
    /** @param {Standing[] | null} standings Null: the server does not answer. */
    draw(standings) {
      list.replaceChildren(...(standings ?? []).map((standing) => row(standing, words())));
      const wanting = (standings ?? []).filter((standing) => standing.readiness !== "ready").length;
      summary.textContent = headline(standings, wanting, words());
      summary.dataset.state = standings === null ? "absent" : wanting ? "limited" : "ready";
    },
  };
}

/** @param {Standing} standing @param {Words} words */
function row(standing, words) {
  const { port, engine, readiness } = standing;
  const limits = limitsOf(standing, words);
  return make(
    "li",
    { class: "engine", "data-readiness": readiness, "data-port": port },
    make("span", { class: "engine-port" }, words.sayOr(`port.${port}`, port)),
    make("span", { class: "engine-name" }, words.sayOr(`engine.${engine}`, engine)),
    make("span", { class: "engine-state" }, words.sayOr(`readiness.${readiness}`, readiness)),
    limits && make("p", { class: "engine-limits", dir: "auto" }, limits),
  );
}

/** In the page's language where it has a sentence for this engine, else in the server's words.
 * @param {Standing} standing @param {Words} words */
export function limitsOf({ engine, port, readiness, limits }, words) {
  if (readiness === "ready") return "";
  return words.sayOr(`limits.${port}.${engine}`, limits);
}

/** @param {Standing[] | null} standings @param {number} wanting @param {Words} words */
function headline(standings, wanting, words) {
  if (standings === null) return words.say("engines.unreachable");
  if (wanting === 0) return words.say("engines.allReady");
  return words.say(wanting === 1 ? "engines.oneLimited" : "engines.someLimited", { count: wanting });
}
