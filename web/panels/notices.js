// Troubles and warnings as plain sentences with what to do; one of a kind, put away by a click.

import { byId, icon, keepInOrder, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {{key: string, level: "trouble" | "warning" | "note", title: string, advice: string}} Notice */

/** @param {() => Words} words */
export function noticesPanel(words) {
  const list = byId("notices");
  /** @type {Set<string>} */
  const putAway = new Set();
  /** @type {Notice[]} */
  let last = [];

  /** @param {Notice[]} notices */
  function draw(notices) {
    last = notices;
    // A trouble that went away and comes back is news again.
    for (const key of putAway) if (!notices.some((notice) => notice.key === key)) putAway.delete(key);
    const shown = notices.filter((notice) => !putAway.has(notice.key));
    keepInOrder(list, shown, ({ key, title, advice }) => `${key} ${title} ${advice}`, element);
  }

  /** @param {Notice} notice */
  function element({ key, level, title, advice }) {
    const close = make(
      "button",
      { type: "button", class: "quiet", "aria-label": words().say("notice.close") },
      icon("close"),
    );
    close.addEventListener("click", () => {
      putAway.add(key);
      draw(last);
    });
    return make(
      "li",
      { class: "notice", "data-level": level, "data-code": key, "data-testid": "notice" },
      icon(level === "note" ? "info" : "warning"),
      make("div", {}, make("strong", { dir: "auto" }, title), advice && make("p", { dir: "auto" }, advice)),
      close,
    );
  }

  return { draw };
}

/**
 * The notices of a call: what it was warned of at its start, what the server told, what the page saw itself.
 *
 * @param {import("../story/story.js").View} view
 * @param {string[]} codes From story/watch.js.
 * @param {Words} words
 * @returns {Notice[]}
 */
export function noticesOf(view, codes, words) {
  const seen = codes.map((code) => notice(`seen.${code}`, "trouble", words, code, ""));
  const latest = new Map(view.troubles.map((trouble) => [`${trouble.stage}.${trouble.code}`, trouble]));
  const told = [...latest].map(([key, { stage, code, detail }]) => {
    const own = words.sayOr(`trouble.${stage}.${code}`, "") ? `${stage}.${code}` : code;
    return notice(`told.${key}`, "trouble", words, own, detail);
  });
  const known = new Set(view.troubles.map((trouble) => trouble.code));
  const warned = view.warnings
    .filter((code) => !known.has(code))
    .map((code) => notice(`warning.${code}`, "warning", words, code, ""));
  return [...seen, ...told.reverse(), ...warned];
}

/** @param {string} key @param {"trouble" | "warning"} level @param {Words} words @param {string} code
 * @param {string} detail
 * @returns {Notice} */
function notice(key, level, words, code, detail) {
  return {
    key,
    level,
    title: words.sayOr(`trouble.${code}`, words.say("trouble.other", { code })),
    advice: words.sayOr(`trouble.${code}.advice`, detail),
  };
}
