// What technicians asked and nobody could answer: how often, when last, and whether it is written now.

import { byId, make } from "./element.js";
import { ROWS, turning } from "./turning.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../wires/api.js").Gap} Gap */

/**
 * @param {() => Words} words
 * @param {{load: (limit: number, offset: number) => Promise<import("../wires/api.js").GapPage>, mark: (id: string, done: boolean) => Promise<unknown>,
 *   sentence: (error: unknown) => string}} on
 */
export function gapsPanel(words, on) {
  /** @type {Gap[]} */
  let gaps = [];
  let total = 0;
  const pages = turning("gaps", () => look());

  function draw() {
    byId("gaps-line").textContent = gaps.length ? "" : words().say("gaps.none");
    byId("gaps").replaceChildren(...gaps.map(row));
    pages.draw(total);
  }

  /** @param {Gap} gap */
  function row(gap) {
    const { say, sayOr, locale } = words();
    const when = new Date(1000 * gap.last_at).toLocaleString(locale);
    const about = [say("gaps.count", { count: gap.count }), say("gaps.last", { when }), sayOr(`gaps.${gap.reason}`, gap.reason)];
    const label = say(gap.done ? "gaps.reopen" : "gaps.done");
    const button = make("button", { type: "button", class: "small bordered", "data-testid": "gap-done", "aria-label": `${label} — ${gap.question}` }, label);
    button.addEventListener("click", () => mark(button, gap));
    return make(
      "li",
      { class: "lesson-row", "data-done": gap.done, "data-testid": "gap" },
      make(
        "div",
        {},
        make("strong", { dir: "auto" }, gap.question),
        make("p", { class: "from" }, about.join(" · ")),
        make("a", { href: `/history?call=${encodeURIComponent(gap.calls.at(-1) ?? "")}`, target: "_blank", rel: "noopener" }, say("gaps.call")),
      ),
      button,
    );
  }

  /** @param {HTMLButtonElement} button @param {Gap} gap */
  async function mark(button, gap) {
    button.disabled = true;
    const trouble = await on.mark(gap.id, !gap.done).then(() => "", on.sentence);
    await look();
    if (trouble) byId("gaps-line").textContent = trouble;
  }

  async function look() {
    try {
      ({ gaps, total } = await on.load(ROWS, pages.offset()));
      draw();
    } catch (error) {
      byId("gaps-line").textContent = on.sentence(error);
    }
  }

  return { look, draw };
}
