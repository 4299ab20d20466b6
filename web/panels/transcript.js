// The transcript: what was said, by whom and when, and the marks between.

import { clock, stretch } from "../words/figures.js";
import { byId, keepInOrder, make } from "./element.js";
import { badge, nameOf } from "./speakers.js";

/** @typedef {import("../story/story.js").View} View */
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
    /** @param {View} view */
    draw(view) {
      const follow = following();
      const before = list.childElementCount;
      keepInOrder(
        list,
        linesOf(view, words()),
        (line) => line.key,
        (line) => line.build(),
      );
      empty.hidden = view.utterances.length > 0;
      if (list.childElementCount === before) return;
      if (follow) toEnd();
      else latest.hidden = false;
    },
    /** Another language, or another call. */
    clear: () => list.replaceChildren(),
  };
}

/** @param {View} view @param {Words} words @returns {Line[]} */
function linesOf(view, words) {
  const spoken = view.utterances.map((utterance) => ({
    key: `u${utterance.id}`,
    at: utterance.start,
    build: () => spokenLine(utterance, words),
  }));
  const marks = view.marks.map((mark) => {
    // Who took the call is told before they are in it, and known by name once they are.
    const speaker = view.roster.find(({ id }) => id === mark.data.speaker?.id) ?? mark.data.speaker;
    const named = { ...mark, data: { ...mark.data, speaker } };
    return { key: `m${mark.seq}${speaker?.name ?? ""}`, at: mark.at, build: () => markLine(named, words) };
  });
  return [...spoken, ...marks].sort((one, other) => one.at - other.at);
}

/** @param {import("../story/story.js").Utterance} utterance @param {Words} words */
function spokenLine({ speaker, text, language, start }, words) {
  return make(
    "div",
    { class: "line", "data-role": speaker.role, "data-testid": "utterance" },
    make("div", { class: "line-head" }, badge(words, speaker), make("time", {}, clock(start))),
    make("p", { lang: language || undefined, dir: "auto" }, text),
  );
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
