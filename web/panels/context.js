// What the call is about, as understood so far: language, phase, issue, pain points, objections.

import { byId, keepInOrder, make } from "./element.js";

/** @param {() => import("../words/words.js").Words} words */
export function contextPanel(words) {
  const list = byId("context");
  return {
    /** @param {import("../story/story.js").View} view */
    draw({ context, language }) {
      const chips = [
        ...(language ? [{ kind: "language", text: words().sayOr(`language.${language}`, language) }] : []),
        ...(context.phase ? [{ kind: "phase", text: words().sayOr(`phase.${context.phase}`, context.phase) }] : []),
        ...(context.issue ? [{ kind: "issue", text: context.issue }] : []),
        ...context.pain_points.map((text) => ({ kind: "pain", text })),
        ...context.objections.map((text) => ({ kind: "objection", text })),
        ...context.entities.map((text) => ({ kind: "entity", text })),
      ];
      keepInOrder(
        list,
        chips,
        ({ kind, text }) => `${kind} ${text}`,
        ({ kind, text }) =>
          make(
            "li",
            { class: "chip", "data-kind": kind },
            make("span", { class: "chip-kind" }, words().say(`context.${kind}`)),
            make("span", { dir: "auto" }, text),
          ),
      );
    },
    clear: () => list.replaceChildren(),
  };
}
