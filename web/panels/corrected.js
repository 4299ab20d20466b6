// A line of the transcript with its corrected words marked: hovered or focused, each tells what was heard.

import { piecesOf } from "../story/corrected.js";
import { make } from "./element.js";

/** @typedef {import("../story/story.js").Utterance} Utterance */
/** @typedef {import("../words/words.js").Words} Words */

/** @param {Utterance} utterance @param {Words} words @returns {(Node | string)[]} */
export function spokenWords(utterance, words) {
  return piecesOf(utterance).map(({ text, correction }, number) =>
    correction ? marked(text, words.say("transcript.heard", { words: correction.heard }), `${utterance.id}-${number}`) : text,
  );
}

/** @param {string} text @param {string} told @param {string} key */
function marked(text, told, key) {
  const id = `heard-${key}`;
  const tip = make("span", { class: "heard", id, role: "tooltip" }, told);
  const mark = make(
    "span",
    { class: "corrected", tabindex: "0", "aria-describedby": id, "data-testid": "corrected" },
    text,
    tip,
  );
  mark.addEventListener("keydown", (event) => {
    if (event.key === "Escape") mark.blur();
  });
  return mark;
}
