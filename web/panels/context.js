// What the call is about, as understood so far: findings, promises, names, sums, dates, competitors and tone.

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

  /** Mood and urgency where they are not everyday's, with the words that tell them. @param {any} tone */
  function sounds({ mood, urgency, quote }) {
    return [
      ...(mood === "calm" ? [] : [{ kind: "tone", text: words().sayOr(`mood.${mood}`, mood), title: quote }]),
      ...(urgency === "none" ? [] : [{ kind: "urgency", text: words().sayOr(`urgency.${urgency}`, urgency), title: quote }]),
    ];
  }

  return {
    /** @param {import("../story/story.js").View} view */
    draw({ context, language }) {
      const sorted = [...context.names, ...context.amounts, ...context.dates, ...context.competitors].join("\n").toLowerCase();
      /** @type {{kind: string, text: string, title?: string}[]} */
      const chips = [
        ...(language ? [{ kind: "language", text: words().sayOr(`language.${language}`, language) }] : []),
        ...(context.phase ? [{ kind: "phase", text: words().sayOr(`phase.${context.phase}`, context.phase) }] : []),
        ...sounds(context.tone),
        ...context.competitors.map((text) => ({ kind: "competitor", text })),
        ...(context.issue && !context.pain_points.includes(context.issue) ? [{ kind: "issue", text: context.issue }] : []),
        ...context.pain_points.map((text) => ({ kind: "pain", text })),
        ...context.objections.map((text) => ({ kind: context.answered.includes(text) ? "answered" : "objection", text })),
        ...context.commitments.map((text) => ({ kind: "commitment", text })),
        ...context.amounts.map((text) => ({ kind: "amount", text })),
        ...context.dates.map((text) => ({ kind: "date", text })),
        ...context.names.filter((name) => !context.competitors.includes(name)).map((text) => ({ kind: "name", text })),
        // What is part of a date or a sum that stands here already ("vendredi" of "avant vendredi") says nothing new.
        ...context.entities.filter((text) => !sorted.includes(text.toLowerCase())).map((text) => ({ kind: "entity", text })),
      ];
      keepInOrder(
        list,
        chips,
        ({ kind, text, title }) => `${kind} ${text} ${title ?? ""}`,
        ({ kind, text, title = text }) =>
          make(
            "li",
            { class: "chip", "data-kind": kind, title },
            make("span", { class: "chip-kind" }, words().say(`context.${kind}`)),
            make("span", { dir: "auto" }, text),
          ),
      );
      drawMore();
    },
    clear: () => list.replaceChildren(),
  };
}
