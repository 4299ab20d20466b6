// The transcript: what was said, by whom and when, the marks between, and what is being said at this moment.

import { microphoneOf } from "../story/company.js";
import { clock, stretch } from "../words/figures.js";
import { spokenWords } from "./corrected.js";
import { byId, keepInOrder, make } from "./element.js";
import { badge, nameOf } from "./speakers.js";

/** @typedef {import("../story/story.js").View} View */
/** @typedef {import("../story/captions.js").Captions} Captions */
/** @typedef {import("../story/captions.js").Caption} Caption */
/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {{key: string, at: number, build: () => HTMLElement}} Line */

/** Nearer to the end than this, in pixels, the reader follows the talk. */
const FOLLOW = 60;

/** @param {() => Words} words */
export function transcriptPanel(words) {
  const list = byId("transcript");
  const empty = byId("transcript-empty");
  const latest = byId("transcript-latest");
  latest.addEventListener("click", toEnd);
  list.addEventListener("scroll", () => {
    if (following()) latest.hidden = true;
  });

  const following = () => list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOW;
  function toEnd() {
    list.scrollTop = list.scrollHeight;
    latest.hidden = true;
  }

  return {
    /** @param {View} view @param {Captions} captions */
    draw(view, captions) {
      const follow = following();
      const before = list.childElementCount;
      keepInOrder(
        list,
        linesOf(view, captions, words()),
        (line) => line.key,
        (line) => line.build(),
      );
      for (const caption of Object.values(captions)) refresh(list, caption);
      empty.hidden = list.querySelector(".line") !== null;
      if (follow) toEnd();
      else if (list.childElementCount > before) latest.hidden = false;
    },
    /** Another language, or another call. */
    clear: () => list.replaceChildren(),
  };
}

/** @param {View} view @param {Captions} captions @param {Words} words @returns {Line[]} */
function linesOf(view, captions, words) {
  const spoken = view.utterances.map((utterance) => ({
    key: `u${utterance.id}${utterance.speaker.id}${utterance.speaker.name}${utterance.speaker.role}`,
    at: utterance.start,
    build: () => spokenLine(utterance, view, words),
  }));
  const marks = view.marks.map((mark) => {
    // Who took the call is told before they are in it, and known by name once they are.
    const speaker = view.roster.find(({ id }) => id === mark.data.speaker?.id) ?? mark.data.speaker;
    const named = { ...mark, data: { ...mark.data, speaker } };
    return { key: `m${mark.seq}${speaker?.name ?? ""}`, at: mark.at, build: () => markLine(named, words) };
  });
  const open = Object.values(captions).map((caption) => ({
    key: openKey(caption),
    at: caption.start,
    build: () => openLine(caption, view.language, words),
  }));
  return [...spoken, ...marks, ...open].sort((one, other) => one.at - other.at);
}

/** @param {import("../story/story.js").Utterance} utterance @param {View} view @param {Words} words */
function spokenLine(utterance, view, words) {
  const { id, speaker, language, start } = utterance;
  return make(
    "div",
    { id: lineId(id), class: "line", "data-role": speaker.role, "data-testid": "utterance", tabindex: "-1" },
    make(
      "div",
      { class: "line-head" },
      microphoneOf(view, speaker.id) ? changeable(badge(words, speaker), id, words) : badge(words, speaker),
      make("time", {}, clock(start)),
      language && language !== view.language && spokenIn(language, words),
    ),
    make("p", { lang: language || undefined, dir: "auto" }, ...spokenWords(utterance, words)),
  );
}

/** What a link leads to. @param {string} utterance Its id. */
export const lineId = (utterance) => `line-${utterance}`;

/** Whose line it is can be said better, where several share the microphone. @param {HTMLElement} shown
 * @param {string} id @param {Words} words */
function changeable(shown, id, words) {
  const title = words.say("company.name");
  return make("button", { type: "button", class: "whose", title, "data-utterance": id, "data-testid": "whose" }, shown);
}

/** The language of a line that is not in the call's. @param {string} language @param {Words} words */
function spokenIn(language, words) {
  return make("span", { class: "spoken-in", "data-testid": "spoken-in" }, words.sayOr(`language.${language}`, language));
}

/** @param {Caption} caption */
const openKey = ({ id }) => `c${id}`;

/**
 * A line that is still spoken, in the form and the place of the utterance that takes over from it.
 *
 * Hidden from screen readers: they would read every change. What they read is the utterance.
 *
 * @param {Caption} caption @param {string} language @param {Words} words
 */
function openLine({ speaker, start }, language, words) {
  return make(
    "div",
    { class: "line open", "data-role": speaker.role, "data-testid": "caption", "aria-hidden": "true" },
    make("div", { class: "line-head" }, badge(words, speaker), make("time", {}, clock(start))),
    make(
      "p",
      { lang: language || undefined, dir: "auto" },
      make("span", { class: "committed", "data-testid": "committed" }),
      " ",
      make("span", { class: "rest", "data-testid": "rest" }),
    ),
  );
}

/** @param {HTMLElement} list @param {Caption} caption */
function refresh(list, caption) {
  const lines = /** @type {HTMLElement[]} */ ([...list.children]);
  const line = lines.findLast((child) => child.dataset.key === openKey(caption));
  for (const name of /** @type {const} */ (["committed", "rest"])) {
    const part = line?.querySelector(`.${name}`);
    if (part && part.textContent !== caption[name]) part.textContent = caption[name];
  }
}

/** @param {import("../story/story.js").Mark} mark @param {Words} words */
function markLine({ at, kind, data }, words) {
  const values = {
    who: nameOf(words, data.speaker ?? (data.role ? { role: data.role } : null)),
    whom: nameOf(words, data.other ?? null),
    how: words.sayOr(`transport.${data.transport}`, data.transport ?? ""),
    why: words.sayOr(`reason.${data.reason}`, data.reason ?? ""),
    keys: data.keys ?? "",
    language: words.sayOr(`language.${data.language}`, data.language ?? ""),
    seconds: stretch(data.seconds ?? 0),
    length: stretch(data.length ?? 0),
  };
  return make(
    "div",
    { class: "mark", "data-kind": kind, "data-testid": "mark" },
    make("time", {}, clock(at)),
    make("span", {}, words.sayOr(`mark.${kind}`, kind, values), data.note && note(data.note)),
  );
}

/** What the one who left wants the next one to know. @param {string} text */
function note(text) {
  return make("q", { class: "mark-note", dir: "auto" }, text);
}
