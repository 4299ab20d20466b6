// A passage of the knowledge base: where it stands, its score, and what the score is made of.

import { make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../wires/api.js").Found} Found */

/**
 * @param {Found} passage @param {Words} words
 * @param {{least?: number, reason?: string}} [options] `least`: below it nothing is answered; `reason`: why it was
 *   passed over.
 */
export function passageElement(passage, words, { least, reason } = {}) {
  const scored = passage.parts.length > 0;
  const version = words.say("card.version", { version: passage.version.slice(0, 12) });
  return make(
    "li",
    { class: "hit", "data-testid": "hit", "data-below": least !== undefined && passage.score < least },
    make(
      "div",
      { class: "hit-head" },
      make("strong", { dir: "auto" }, passage.title),
      scored && make("span", { class: "score", "data-testid": "score" }, percent(passage.score)),
    ),
    make("p", { class: "from" }, [passage.section, passage.source, version, reason].filter(Boolean).join(" · ")),
    make("p", { class: "text", dir: "auto", lang: passage.language || undefined }, passage.text),
    scored && make("ul", { class: "parts", "data-testid": "parts" }, ...passage.parts.map((part) => partElement(part, words))),
  );
}

/** @param {{name: string, value: number, reason: string}} part @param {Words} words */
function partElement({ name, value, reason }, words) {
  const sign = value < 0 ? "−" : "+";
  const said = [words.sayOr(`part.${name}`, name), reason && `“${reason}”`].filter(Boolean).join(" ");
  return make("li", { "data-against": value < 0 }, `${said} ${sign}${(100 * Math.abs(value)).toFixed(1)}`);
}

/** @param {number} score */
const percent = (score) => `${(100 * score).toFixed(1)} %`;
