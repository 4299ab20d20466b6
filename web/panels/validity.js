// Is a document valid today? Said in words, as a state for its colour.

/** @typedef {import("../words/words.js").Words} Words */

/**
 * @param {{valid_from: string, valid_until: string}} document
 * @param {Words} words @param {string} today As "2026-11-29".
 * @returns {{state: "" | "over" | "later", words: string}}
 */
export function validityOf({ valid_from: from, valid_until: until }, words, today) {
  if (until && until < today) return { state: "over", words: words.say("knowledge.over", { day: until }) };
  if (from && from > today) return { state: "later", words: words.say("knowledge.later", { day: from }) };
  return { state: "", words: until ? words.say("knowledge.until", { day: until }) : "" };
}

/** The day it is here, as "2026-11-29". @param {Date} now */
export function dayOf(now) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
