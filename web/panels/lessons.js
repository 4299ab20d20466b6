// After the call: what it has told of the customer, each with its words. What is ticked and saved goes into the profile.

import { buttonById, byId, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../wires/api.js").Lesson} Lesson */
/** @typedef {import("../wires/api.js").CallProfile} CallProfile */

/**
 * @param {() => Words} words
 * @param {object} doors What goes wrong in them is a sentence.
 * @param {() => Promise<CallProfile>} doors.learnt
 * @param {(lessons: string[]) => Promise<{changes: unknown[]}>} doors.approve
 */
export function lessonsPanel(words, { learnt, approve }) {
  const panel = byId("lessons");
  const list = byId("lessons-list");
  const save = buttonById("lessons-save");
  const status = byId("lessons-status");
  /** @type {CallProfile | null} */
  let told = null;
  /** The words under the list. @type {() => string} */
  let sentence = () => "";

  save.addEventListener("click", async () => {
    save.disabled = true;
    say(() => words().say("lessons.saving"));
    try {
      const { changes } = await approve(ticked());
      told = await learnt();
      say(() => words().say("lessons.saved", { count: changes.length }));
    } catch (error) {
      say(() => String(/** @type {Error} */ (error).message));
    }
    draw();
    status.focus();
  });
  list.addEventListener("change", count);

  const boxes = () => /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll("input")]);
  const ticked = () => boxes().flatMap((box) => (box.checked ? [box.value] : []));

  function count() {
    save.disabled = ticked().length === 0;
  }

  /** @param {() => string} told */
  function say(told) {
    sentence = told;
    status.textContent = sentence();
  }

  function draw() {
    const lessons = told?.lessons ?? [];
    const before = new Map(boxes().map((box) => [box.value, box.checked]));
    // Who was recognised by a number may be somebody else: then each line is ticked by hand.
    const usual = told?.sure === "certain";
    panel.hidden = !told?.profile || (lessons.length === 0 && !sentence());
    const { name, company } = told?.profile ?? { name: "", company: "" };
    byId("lessons-lead").textContent = words().say(told?.sure === "likely" ? "lessons.leadLikely" : "lessons.lead", {
      who: name || company,
    });
    list.replaceChildren(...lessons.map((lesson) => item(lesson, before.get(lesson.id) ?? usual)));
    save.hidden = lessons.length === 0;
    status.textContent = sentence();
    count();
  }

  /** @param {Lesson} lesson @param {boolean} checked */
  function item({ id, field, words: adds, quote }, checked) {
    const box = make("input", { type: "checkbox", value: id, id, "data-testid": "lesson-tick" });
    box.checked = checked;
    return make(
      "li",
      { class: "lesson", "data-testid": "lesson", "data-field": field },
      box,
      make(
        "label",
        { for: id },
        make("span", { class: "chip-kind" }, words().say(`profile.${field}`)),
        make("span", { class: "lesson-words", dir: "auto" }, adds),
        adds.includes(quote) ? null : make("span", { class: "lesson-quote", dir: "auto" }, words().say("quote", { words: quote })),
      ),
    );
  }

  return {
    draw,
    /** A call is over: ask what it told. */
    async open() {
      told = null;
      list.replaceChildren();
      say(() => "");
      draw();
      told = await learnt().catch(() => null);
      draw();
    },
  };
}
