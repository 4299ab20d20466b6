// The coach, told to be quiet for a while: one button, and how long it still is.

import { buttonById, byId } from "./element.js";

export const SNOOZE_SECONDS = 300;

/** Whole minutes that the coach is still quiet, rounded up; 0: it speaks.
 * @param {number} until @param {number} now Seconds since the call began, both. */
export function minutesLeft(until, now) {
  return Number.isFinite(now) ? Math.max(0, Math.ceil((until - now) / 60)) : 0;
}

/**
 * @param {() => import("../words/words.js").Words} words
 * @param {(seconds: number) => void} onSnooze 0: the coach speaks again.
 */
export function snoozePanel(words, onSnooze) {
  const button = buttonById("snooze");
  const status = byId("snooze-status");
  let left = 0;
  button.addEventListener("click", () => onSnooze(left > 0 ? 0 : SNOOZE_SECONDS));

  return {
    /** @param {import("../story/story.js").View} view @param {number} now Seconds since the call began. */
    draw(view, now) {
      left = view.ended ? 0 : minutesLeft(view.snoozedUntil, now);
      const label = words().say(left > 0 ? "snooze.resume" : "snooze.pause", { minutes: SNOOZE_SECONDS / 60 });
      const told = left > 0 ? words().say("snooze.on", { minutes: left }) : "";
      button.setAttribute("aria-pressed", String(left > 0));
      button.title = words().say(left > 0 ? "snooze.resumeWhy" : "snooze.pauseWhy");
      write(byId("snooze-label"), label);
      write(status, told);
    },
  };
}

/** A status that is written again is read aloud again. @param {HTMLElement} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
