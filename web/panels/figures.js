// How the call goes, as small meters beside the transcript: to be looked at, not read.
// Law: nothing before it means something, nothing that blinks, nothing that a screen reader is interrupted with; drawn
// anew every few seconds at most.

import { figuresOf, REP_SIDE } from "../story/figures.js";
import { clock } from "../words/figures.js";
import { byId, make } from "./element.js";

/** @typedef {import("../story/figures.js").LiveFigures} LiveFigures */
/** @typedef {import("../words/words.js").Words} Words */

const EVERY_SECONDS = 3;
/** Who talks more than this of the time has left little room. */
const MUCH_TALK = 0.65;
/** After this long without a word of theirs nobody knows whether they still listen. */
const LONG_MONOLOGUE_SECONDS = 90;
const seconds = () => performance.now() / 1000;

/** @param {() => Words} words */
export function figuresPanel(words) {
  const list = byId("live-figures");
  let drawnAt = Number.NEGATIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let draw = () => {};

  return {
    /** @param {import("../story/story.js").View} view */
    draw(view) {
      draw = () => {
        drawnAt = seconds();
        timer = undefined;
        const figures = figuresOf(view);
        list.hidden = !figures.warm;
        if (figures.warm) list.replaceChildren(...metersOf(figures, words()));
      };
      timer ??= setTimeout(() => draw(), Math.max(0, drawnAt + EVERY_SECONDS - seconds()) * 1000);
    },
    /** Another call, or another language: what is there goes, and the next drawing does not wait. */
    clear() {
      clearTimeout(timer);
      timer = undefined;
      drawnAt = Number.NEGATIVE_INFINITY;
      list.hidden = true;
      list.replaceChildren();
    },
  };
}

/** @param {LiveFigures} figures @param {Words} words */
function metersOf(figures, words) {
  const { share, monologue, running, silence, questions, people } = figures;
  const ours = people.filter(({ speaker }) => REP_SIDE.includes(speaker.role));
  const interruptions = ours.reduce((sum, person) => sum + person.interruptions, 0);
  const pace = ours.toSorted((one, other) => other.seconds - one.seconds)[0]?.pace ?? null;
  const long = running > LONG_MONOLOGUE_SECONDS;
  return [
    meter("talk", whole(share), share, share > MUCH_TALK, words),
    meter("monologue", clock(long ? running : monologue), (long ? running : monologue) / LONG_MONOLOGUE_SECONDS, long, words),
    pace !== null && meter("pace", words.say("figures.perMinute", { count: Math.round(pace) }), null, false, words),
    meter("questions", String(questions), null, false, words),
    meter("interruptions", String(interruptions), null, false, words),
    meter("silence", whole(silence), silence, false, words),
  ].filter((item) => item !== false);
}

/**
 * @param {string} name
 * @param {string} value
 * @param {number | null} part Of its bar, 0 to 1; null: it has none.
 * @param {boolean} marked Worth a thought: said in a word, for a colour alone says nothing to some.
 * @param {Words} words
 */
function meter(name, value, part, marked, words) {
  const bar = part !== null && make("span", { class: "figure-bar", "aria-hidden": "true" });
  if (bar) bar.style.setProperty("--share", String(Math.min(1, part ?? 0)));
  return make(
    "li",
    { "data-figure": name, "data-testid": `figure-${name}`, "data-marked": marked },
    make("span", { class: "figure-name" }, words.say(`figures.${name}`)),
    make("span", { class: "figure-value" }, value),
    bar,
    marked && make("span", { class: "figure-mark" }, words.say(`figures.${name}.marked`)),
  );
}

/** @param {number} share */
const whole = (share) => `${Math.round(share * 100)}\u202f%`;
