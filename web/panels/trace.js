// How an answer was looked for: the queries, what was found with its score, and what was dropped and why (contract N6).

import { percent } from "../words/figures.js";
import { make } from "./element.js";

/** @typedef {import("../story/story.js").Trace} Trace */

/** @param {Trace} trace @param {import("../words/words.js").Words} words */
export function traceElement({ queries, found, least }, words) {
  return make(
    "details",
    { class: "ledger", "data-testid": "trace" },
    make("summary", {}, words.say("trace.title")),
    make("ul", { "aria-label": words.say("trace.queries") }, ...queries.map((query) => make("li", { dir: "auto" }, words.say("quote", { words: query })))),
    make("p", {}, words.say("trace.least", { score: percent(least) })),
    make(
      "ol",
      { class: "trace-found", "aria-label": words.say("trace.found") },
      ...found.map(({ title, score, dropped }) =>
        make(
          "li",
          { "data-dropped": dropped },
          make("span", { class: "trace-title", dir: "auto" }, title),
          make("span", { class: "number" }, percent(score)),
          make("span", { class: "trace-why" }, words.sayOr(`trace.dropped.${dropped || "answer"}`, dropped)),
        ),
      ),
    ),
  );
}
