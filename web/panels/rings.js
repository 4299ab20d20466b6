// The calls that ring here: who it is, what is known, how long there is left, and two buttons.

import { byId, icon, keepInOrder, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {{call: string, playbook: string, language: string, from: string, note: string, seconds: number}} Ring */

/**
 * @param {() => Words} words
 * @param {object} on
 * @param {(call: string) => void} on.onAccept
 * @param {(call: string) => void} on.onDecline
 * @param {(ringing: boolean) => void} on.onChange
 */
export function ringsPanel(words, { onAccept, onDecline, onChange }) {
  const list = byId("rings");
  /** @type {(Ring & {until: number})[]} */
  let rings = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;

  function draw() {
    keepInOrder(list, rings, ({ call }) => `${words().locale} ${call}`, element);
    for (const { call, until } of rings) {
      const left = list.querySelector(`[data-call="${CSS.escape(call)}"] .ring-left`);
      const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
      if (left) left.textContent = words().say("waiting.seconds", { seconds });
    }
  }

  /** @param {(Ring & {until: number})[]} next */
  function become(next) {
    rings = next;
    clearInterval(clock);
    // A ring whose end was not told, because the line broke, ends by itself.
    if (rings.length) clock = setInterval(() => become(rings.filter(({ until }) => until > performance.now())), 500);
    draw();
    onChange(rings.length > 0);
  }

  /** @param {Ring} ring */
  function element({ call, playbook, language, from, note }) {
    const accept = make(
      "button",
      { type: "button", class: "go", "data-testid": "ring-accept" },
      icon("phone"),
      words().say("waiting.accept"),
    );
    accept.addEventListener("click", () => {
      accept.disabled = true;
      onAccept(call);
    });
    const decline = make(
      "button",
      { type: "button", class: "bordered", "data-testid": "ring-decline" },
      words().say("waiting.decline"),
    );
    decline.addEventListener("click", () => onDecline(call));
    const about = words().say("waiting.ring", {
      playbook: words().sayOr(`playbook.${playbook}`, playbook ?? ""),
      language: words().sayOr(`language.${language}`, language ?? ""),
    });
    return make(
      "li",
      { class: "ring", "data-call": call, "data-testid": "ring" },
      make("span", { class: "ring-sign" }, icon("phone")),
      make(
        "div",
        { class: "ring-who" },
        make("strong", { dir: "auto" }, words().say("waiting.from", { who: from || words().say("waiting.unknown") })),
        make("span", {}, about),
        note && make("q", { dir: "auto" }, note),
      ),
      make("span", { class: "ring-left", role: "timer" }),
      make("div", { class: "ring-acts" }, accept, decline),
    );
  }

  return {
    draw,
    /** @param {Ring} ring */
    add(ring) {
      const until = performance.now() + (Number(ring.seconds) || 30) * 1000;
      become([...rings.filter(({ call }) => call !== ring.call), { ...ring, until }]);
    },
    /** Was it ringing here? @param {string} call */
    remove(call) {
      const known = rings.some((ring) => ring.call === call);
      become(rings.filter((ring) => ring.call !== call));
      return known;
    },
    clear: () => become([]),
  };
}
