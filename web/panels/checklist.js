// What should come up in the call: ticked by the words that prove it. Hidden where the playbook has no list.

import { clock } from "../words/figures.js";
import { byId, icon, keepInOrder, make } from "./element.js";
import { lineId } from "./transcript.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../story/story.js").View} View */

/** @param {() => Words} words */
export function checklistPanel(words) {
  const panel = byId("checklist");
  const list = byId("checklist-items");
  const count = byId("checklist-count");

  return {
    /** @param {View} view */
    draw(view) {
      panel.hidden = view.checklist.length === 0;
      const done = new Map(view.ticks.map((tick) => [tick.item_id, tick]));
      count.textContent = words().say("checklist.count", { done: done.size, all: view.checklist.length });
      keepInOrder(
        list,
        view.checklist,
        ({ id }) => `${id}${done.has(id) ? "+" : ""}`,
        (item) => itemElement(item.title, done.get(item.id), view, words()),
      );
    },
    clear: () => list.replaceChildren(),
  };
}

/** @param {string} title @param {View["ticks"][number] | undefined} tick @param {View} view @param {Words} words */
function itemElement(title, tick, view, words) {
  const said = view.utterances.find(({ id }) => id === tick?.utterance_id);
  return make(
    "li",
    { class: "checklist-item", "data-done": Boolean(tick), "data-testid": "checklist-item" },
    icon("helpful"),
    make("span", { dir: "auto" }, title),
    tick
      ? make("span", { class: "checklist-proof" }, make("q", { dir: "auto" }, tick.quote), said && linkTo(said, words))
      : make("span", { class: "unseen" }, words.say("checklist.open")),
  );
}

/** The line that ticked it, in the transcript. @param {import("../story/story.js").Utterance} said @param {Words} words */
function linkTo(said, words) {
  const time = clock(said.start);
  const label = words.say("checklist.line", { time });
  return make("a", { href: `#${lineId(said.id)}`, "aria-label": label, "data-testid": "checklist-line" }, time);
}
