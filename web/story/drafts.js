// The tip that is being written at this moment: beside the story and never in it.
// Law: pure. One at a time, its latest state; it goes when its card is in the story, or nothing came of it.

import { VERSION } from "./envelope.js";
import { isRecord, parse } from "./json.js";

/** @typedef {import("./story.js").View} View */

/**
 * @typedef {object} Draft
 * @property {string} id
 * @property {string} title
 * @property {string} say
 * @property {string} quote The words of the call that call for it.
 * @property {boolean} over Nothing more comes of it.
 * @property {string} insight_id Of the card that takes its place; empty when it came to nothing.
 */

/**
 * The draft in a message of the wire, and the call it belongs to.
 *
 * @param {unknown} text
 * @returns {{call: string, draft: Draft} | null} Null when it is none, or of a form that is not known here.
 */
export function readDraft(text) {
  const raw = parse(text);
  if (!isRecord(raw) || raw.v !== VERSION || typeof raw.call !== "string" || !isRecord(raw.draft)) return null;
  const { id, title, say, quote, over, insight_id } = raw.draft;
  if (![id, title, say, quote, insight_id].every((value) => typeof value === "string")) return null;
  return { call: raw.call, draft: { id, title, say, quote, over: over === true, insight_id } };
}

/**
 * What is still to be shown of a draft: all of it until its card is in the story, nothing where none comes.
 *
 * @param {Draft | null} draft
 * @param {View} view
 * @returns {Draft | null}
 */
export function stillOpen(draft, view) {
  if (!draft || view.ended || (draft.over && !draft.insight_id)) return null;
  return draft.over && view.given.some(({ insight }) => insight.id === draft.insight_id) ? null : draft;
}
