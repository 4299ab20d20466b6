// What is being said at this moment: captions, beside the story and never in it.
// Law: pure. The latest state of each caption; it goes when its utterance is in the story, or nobody said it after all.

import { VERSION } from "./envelope.js";
import { isRecord, parse } from "./json.js";

/** @typedef {import("./story.js").View} View */

/**
 * @typedef {object} Caption
 * @property {string} id Of the utterance that it becomes.
 * @property {string} leg_id
 * @property {import("./story.js").Speaker} speaker
 * @property {number} start Seconds since the call began.
 * @property {string} committed Words that stay.
 * @property {string} rest Words that may change.
 * @property {boolean} over Nothing more comes of it.
 */

/** @typedef {Readonly<Record<string, Caption>>} Captions By id. */

/** @type {Captions} */
export const NONE = Object.freeze({});

/** More open lines than this are a mistake of somebody's: the oldest goes. */
const MOST = 32;

/**
 * The caption in a message of the wire, and the call it belongs to.
 *
 * @param {unknown} text
 * @returns {{call: string, caption: Caption} | null} Null when it is none, or of a form that is not known here.
 */
export function readCaption(text) {
  const raw = parse(text);
  if (!isRecord(raw) || raw.v !== VERSION || typeof raw.call !== "string" || !isRecord(raw.caption)) return null;
  const { id, leg_id, speaker, start, committed, rest, over } = raw.caption;
  const texts = [id, leg_id, committed, rest, speaker?.id, speaker?.role];
  if (!texts.every((value) => typeof value === "string") || !Number.isFinite(start)) return null;
  const person = { id: speaker.id, role: speaker.role, name: String(speaker.name ?? "") };
  return { call: raw.call, caption: { id, leg_id, speaker: person, start, committed, rest, over: over === true } };
}

/**
 * The captions once this one is known too; `view` is the story as it is then.
 *
 * @param {Captions} captions
 * @param {Caption} caption
 * @param {View} view
 * @returns {Captions}
 */
export function withCaption(captions, caption, view) {
  const { [caption.id]: _, ...others } = captions;
  const words = caption.committed || caption.rest;
  const kept = words ? { ...captions, [caption.id]: caption } : others;
  return withoutSaid(withinBounds(kept), view);
}

/**
 * The captions whose words the story does not have yet; of an ended call there are none.
 *
 * @param {Captions} captions
 * @param {View} view
 * @returns {Captions}
 */
export function withoutSaid(captions, view) {
  if (view.ended) return NONE;
  const open = Object.values(captions).filter(({ id }) => !isSaid(view, id));
  return open.length === Object.keys(captions).length ? captions : byId(open);
}

/** @param {View} view @param {string} id */
const isSaid = ({ utterances }, id) => utterances.some((utterance) => utterance.id === id);

/** @param {Captions} captions @returns {Captions} */
function withinBounds(captions) {
  const all = Object.values(captions);
  return all.length > MOST ? byId(all.slice(-MOST)) : captions;
}

/** @param {Caption[]} captions @returns {Captions} */
const byId = (captions) => Object.fromEntries(captions.map((caption) => [caption.id, caption]));
