// What language models have cost in this call, for whoever asks: small, below the cards.

import { byId, make } from "./element.js";

/** @param {() => import("../words/words.js").Words} words */
export function spendingPanel(words) {
  const summary = make("summary", {});
  const cost = make("p", { "data-testid": "spending-cost" });
  const details = make("details", { class: "withheld spending", "data-testid": "spending" }, summary, cost);
  details.hidden = true;
  byId("withheld").after(details);

  return {
    /** @param {import("../story/story.js").View} view */
    draw({ tokens, cost: price, tokens_estimated: estimated }) {
      details.hidden = tokens === 0;
      const told = { tokens: `${estimated ? "≈ " : ""}${tokens}`, cost: price.toFixed(4) };
      summary.textContent = words().say("spending.tokens", told);
      cost.textContent = words().say(price ? "spending.cost" : "spending.noPrice", told);
    },
  };
}
