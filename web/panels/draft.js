// The card that is being written, grey, in the place of the card to come.

import { byId, make } from "./element.js";

/** @typedef {import("../story/drafts.js").Draft} Draft */

/**
 * Hidden from screen readers: they would read every change. What they read is the card.
 *
 * @param {() => import("../words/words.js").Words} words
 */
export function draftPanel(words) {
  const label = make("span", { class: "card-type" });
  const title = make("h3", { dir: "auto", "data-testid": "draft-title" });
  const say = make("p", { class: "card-content", dir: "auto", "data-testid": "draft-say" });
  const quote = make("blockquote", { dir: "auto", "data-testid": "draft-quote" });
  const card = make(
    "div",
    { class: "card draft", "aria-hidden": "true", "data-testid": "draft" },
    make("div", { class: "card-head" }, label),
    title,
    say,
    make("div", { class: "why" }, quote),
  );
  card.hidden = true;
  byId("cards").before(card);

  return {
    /** @param {Draft | null} draft */
    draw(draft) {
      card.hidden = draft === null;
      if (draft === null) return;
      byId("cards-empty").hidden = true;
      tell(label, words().say("draft.writing"));
      tell(title, draft.title);
      tell(say, draft.say);
      tell(quote, words().say("quote", { words: draft.quote }));
    },
  };
}

/** @param {HTMLElement} element @param {string} text */
function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}
