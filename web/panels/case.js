// Does it work now? The agent's two buttons, and what was last told; silence has its trace here too.

import { byId, icon, keepInOrder, make } from "./element.js";
import { traceElement } from "./trace.js";

/** @typedef {import("../story/story.js").View} View */

/**
 * @param {() => import("../words/words.js").Words} words
 * @param {(resolved: boolean) => void} onSettle
 */
export function casePanel(words, onSettle) {
  const box = byId("case");
  const told = byId("case-told");
  const silences = byId("case-silences");
  for (const button of box.querySelectorAll("button")) {
    button.prepend(icon(button.value === "true" ? "helpful" : "wrong"));
    button.addEventListener("click", () => onSettle(button.value === "true"));
  }

  return {
    /** @param {View} view */
    draw({ cases, traces, given }) {
      const last = cases.at(-1);
      const answered = given.some(({ insight }) => insight.type === "knowledge_base");
      box.hidden = !answered && traces.length === 0;
      for (const button of box.querySelectorAll("button")) {
        button.disabled = !answered;
        button.setAttribute("aria-pressed", String(last !== undefined && String(last.resolved) === button.value));
      }
      const key = last === undefined ? "" : last.resolved ? "case.resolved" : "case.unresolved";
      told.textContent = key && words().say(key, { quote: last?.quote ? words().say("quote", { words: last.quote }) : "" });
      keepInOrder(
        silences,
        traces.filter(({ insight_id }) => !insight_id),
        ({ at }) => String(at),
        (trace) => make("li", { "data-outcome": trace.outcome }, traceElement(trace, words())),
      );
    },
  };
}
