// What the call is about, as understood so far: language, phase, issue, pain points, objections.

import { buttonById, byId, keepInOrder, make } from "./element.js";

/** @param {() => import("../words/words.js").Words} words */
export function contextPanel(words) {
  const list = byId("context");
  const more = buttonById("context-more");
  more.addEventListener("click", () => {
    list.toggleAttribute("data-open");
    drawMore();
  });
  new ResizeObserver(drawMore).observe(list);

  /** Two rows are shown; how many chips are behind them is said, and they come for the asking. */
  function drawMore() {
    const open = list.hasAttribute("data-open");
    const bottom = list.offsetTop + list.clientHeight;
    const chips = /** @type {HTMLElement[]} */ ([...list.children]);
    const behind = chips.filter((chip) => chip.offsetTop + chip.offsetHeight > bottom + 2).length;
    more.hidden = !open && behind === 0;
    more.setAttribute("aria-expanded", String(open));
    more.textContent = open ? words().say("context.less") : words().say("context.more", { count: behind });
  }

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
            { class: "chip", "data-kind": kind, title: text },
            make("span", { class: "chip-kind" }, words().say(`context.${kind}`)),
            make("span", { dir: "auto" }, text),
          ),
      );
      drawMore();
    },
    clear: () => list.replaceChildren(),
  };
}
