// How a call goes, in figures: the twin of kitt_rtc/model/figures.py, where the reasons for its numbers stand.
// Law: pure. The same story gives the same figures, in a page, in a test, in the answer of a door.

/** @typedef {import("./story.js").Utterance} Utterance */
/** @typedef {import("./story.js").Speaker} Speaker */

/** @typedef {{speaker: Speaker, seconds: number, words: number, pace: number | null, interruptions: number, questions: number}} PersonFigures */

/**
 * @typedef {object} LiveFigures
 * @property {boolean} warm Has enough been said for them to mean something?
 * @property {number} talk Seconds that somebody talked, of both sides together.
 * @property {number} share The rep's side's part of it, 0 to 1.
 * @property {number} monologue Seconds of the longest talk of the rep's side without a word of the client's.
 * @property {number} monologue_at When it began.
 * @property {number} running Seconds of the one that goes on now; 0 when the client spoke last.
 * @property {number} questions Asked by the rep's side.
 * @property {number} silence The part of the call in which nobody spoke, 0 to 1, holds left out.
 * @property {PersonFigures[]} people In the order they first spoke.
 */

const CLIENT_SIDE = Object.freeze(["customer", "technician"]);
export const REP_SIDE = Object.freeze(["rep", "support_agent"]);
const WARM_CALL_SECONDS = 60;
const WARM_TALK_SECONDS = 30;
const WARM_PERSON_SECONDS = 10;
const INTO_SECONDS = 0.5;

/** @type {LiveFigures} */
const NOTHING = Object.freeze({
  warm: false,
  talk: 0,
  share: 0,
  monologue: 0,
  monologue_at: 0,
  running: 0,
  questions: 0,
  silence: 0,
  people: [],
});

/**
 * @param {{utterances: Utterance[], holds: {since: number, until: number | null}[]}} view
 * @returns {LiveFigures}
 */
export function figuresOf({ utterances: said, holds }) {
  if (!said.length) return NOTHING;
  const rep = talkOf(said, REP_SIDE);
  const talk = rep + talkOf(said, CLIENT_SIDE);
  const began = said[0].start;
  const ended = Math.max(...said.map(({ end }) => end));
  const people = peopleOf(said);
  return {
    warm: ended - began >= WARM_CALL_SECONDS && talk >= WARM_TALK_SECONDS,
    talk,
    share: talk > 0 ? rep / talk : 0,
    ...monologueOf(said),
    questions: sum(people.filter(({ speaker }) => REP_SIDE.includes(speaker.role)).map(({ questions }) => questions)),
    silence: silenceOf(said, began, ended, holds),
    people,
  };
}

/** @param {Utterance[]} said @param {readonly string[]} roles */
const talkOf = (said, roles) => sum(said.filter(({ speaker }) => roles.includes(speaker.role)).map(secondsOf));

/** @param {Utterance[]} said @returns {PersonFigures[]} */
function peopleOf(said) {
  /** @type {Map<string, Utterance[]>} */
  const lines = new Map();
  for (const line of said) lines.set(line.speaker.id, [...(lines.get(line.speaker.id) ?? []), line]);
  const into = interruptionsOf(said);
  return [...lines].map(([id, mine]) => personOf(mine, into.filter((speakerId) => speakerId === id).length));
}

/** @param {Utterance[]} lines @param {number} interruptions @returns {PersonFigures} */
function personOf(lines, interruptions) {
  const seconds = sum(lines.map(secondsOf));
  const words = sum(lines.map(({ text }) => text.split(/\s+/).filter(Boolean).length));
  const asked = lines.filter(({ backchannel }) => !backchannel).map(({ text }) => text.match(/\?+/g)?.length ?? 0);
  return {
    speaker: lines[lines.length - 1].speaker,
    seconds,
    words,
    pace: seconds >= WARM_PERSON_SECONDS ? (words * 60) / seconds : null,
    interruptions,
    questions: sum(asked),
  };
}

/** Who spoke into a sentence of somebody else, once for each sentence. @param {Utterance[]} said */
function interruptionsOf(said) {
  /** @type {Map<string, string>} */
  const found = new Map();
  /** @type {Utterance[]} */
  let goingOn = [];
  for (const line of said) {
    if (line.backchannel) continue;
    goingOn = goingOn.filter((other) => other.end - line.start >= INTO_SECONDS);
    for (const other of goingOn) {
      if (other.speaker.id !== line.speaker.id && line.start - other.start >= INTO_SECONDS) {
        found.set(`${other.id} ${line.speaker.id}`, line.speaker.id);
      }
    }
    goingOn.push(line);
  }
  return [...found.values()];
}

/** The longest of the rep's side, when it began, and the one that goes on. @param {Utterance[]} said */
function monologueOf(said) {
  let [monologue, monologue_at, running, began] = [0, 0, 0, 0];
  for (const line of said) {
    const isRep = REP_SIDE.includes(line.speaker.role);
    if (line.backchannel || (!isRep && !CLIENT_SIDE.includes(line.speaker.role))) continue;
    if (isRep && !running) began = line.start;
    running = isRep ? running + secondsOf(line) : 0;
    if (running > monologue) [monologue, monologue_at] = [running, began];
  }
  return { monologue, monologue_at, running };
}

/** @param {Utterance[]} said @param {number} began @param {number} ended
 * @param {{since: number, until: number | null}[]} holds */
function silenceOf(said, began, ended, holds) {
  const away = sum(holds.map(({ since, until }) => Math.max(0, Math.min(until ?? ended, ended) - Math.max(since, began))));
  let talked = 0;
  let reached = began;
  for (const { start, end } of said) {
    talked += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  const there = ended - began - away;
  return there > 0 ? Math.min(1, Math.max(0, 1 - talked / there)) : 0;
}

/** @param {Utterance} line */
const secondsOf = ({ start, end }) => Math.max(0, end - start);

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
