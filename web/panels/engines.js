// What stands behind each port, and what it cannot do: told before the call (contract, "Embedded default").

import { byId, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {{port: string, engine: string, readiness: string, limits: string}} Standing As GET /health answers. */
/** @typedef {{status: string, engines: Standing[], missing: string[]}} Health */

/** @param {() => Words} words */
export function enginesPanel(words) {
  const list = byId("engines");
  const summary = byId("engines-summary");
  return {
    /** @param {Health | null} health Null: the server does not answer. */
    draw(health) {
      const { engines = [], missing = [] } = health ?? {};
      list.replaceChildren(...engines.map((standing) => row(standing, words())));
      const lacking = health === null || missing.length > 0;
      const wanting = engines.filter(({ readiness }) => readiness !== "ready").length;
      summary.textContent = headline(health, wanting, words());
      summary.dataset.state = lacking ? "absent" : wanting ? "limited" : "ready";
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
    make("span", { class: "engine-name" }, inWords(words, "engine", engine)),
    make("span", { class: "engine-state" }, words.sayOr(`readiness.${readiness}`, readiness)),
    limits && make("p", { class: "engine-limits", dir: "auto", title: standing.limits }, limits),
  );
}

/** What the server says, in the page's language where it has the sentence.
 * @param {Words} words @param {string} kind @param {string} [said] */
function inWords(words, kind, said = "") {
  return words.sayOr(`${kind}.${slug(said)}`, said, { n: said.match(/\d+/)?.[0] ?? "" });
}

/** A name as a key, figures aside: "Moonshine (embedded)" is "moonshine-embedded". @param {string} said */
function slug(said) {
  return said
    .toLowerCase()
    .replace(/\d+/g, "n")
    .split(/[^a-z]+/)
    .filter(Boolean)
    .join("-");
}

/** In the page's language where it has a sentence for this engine, else in the server's words.
 * @param {Standing} standing @param {Words} words */
export function limitsOf({ engine, port, readiness, limits }, words) {
  if (readiness === "ready") return "";
  return words.sayOr(`limits.${port}.${slug(engine)}`, inWords(words, "limits", limits));
}

/** @param {Health | null} health @param {number} wanting @param {Words} words */
function headline(health, wanting, words) {
  if (health === null) return words.say("engines.unreachable");
  // What is missing may be no engine at all: a server that shuts down says so here.
  if (health.missing?.length) return `${words.say("engines.notReady")} ${health.missing.join(" · ")}`;
  if (wanting === 0) return words.say("engines.allReady");
  return words.say(wanting === 1 ? "engines.oneLimited" : "engines.someLimited", { count: wanting });
}
