// What is known of a call so far: a fold of its envelopes, the twin of kitt_rtc/model/conversation.py.
// Law: pure. The same envelopes give the same view, in a page, in a test, years later.

/** @typedef {import("./envelope.js").Envelope} Envelope */
/** @typedef {{id: string, role: string, name: string}} Speaker */
/** @typedef {{duplicate: boolean, reason: string, twin_id: string | null}} Verdict */
/** @typedef {{id: string, transport: string, speaker: Speaker | null, present: boolean, voices: number}} LegView */
/** @typedef {{role: string, name: string, segment_count: number, seconds: number, words: number}} Tally */

/**
 * @typedef {object} Utterance
 * @property {string} id
 * @property {Speaker} speaker
 * @property {string} text
 * @property {string} language
 * @property {number} start Seconds since the call began.
 * @property {number} end
 * @property {string} [heard] The words before they were corrected; empty when nothing was.
 * @property {{rule: string, heard: string, written: string}[]} [corrections]
 * @property {boolean} [backchannel] A sign of listening while the other side had the floor.
 */

/**
 * @typedef {object} Passage
 * @property {string} title
 * @property {string} source
 * @property {number} score 0 to 1.
 * @property {string} section
 * @property {string} language
 * @property {string} version
 * @property {string} [digest] Of everything the article says.
 * @property {string} [valid_from] As "2026-11-29"; empty: since ever.
 * @property {string} [valid_until]
 * @property {{name: string, value: number, reason: string}[]} [parts] What the score is made of.
 */

/**
 * @typedef {object} Insight
 * @property {string} id
 * @property {string} type
 * @property {string} content
 * @property {string} title
 * @property {string} reason
 * @property {string} quote
 * @property {string[]} because Ids of utterances.
 * @property {Passage[]} passages
 * @property {string} written_by
 * @property {string} [playbook_version] Of the sheets it was written from.
 */

/**
 * @typedef {object} Card
 * @property {number} at
 * @property {Insight} insight
 * @property {Verdict} verdict
 * @property {number} took
 * @property {Stage[]} stages From the end of the sentence to the card.
 * @property {number | null} latency Seconds from the end of the sentence that caused it, when that is known.
 * @property {boolean} [polled] Asked for beside the story.
 */

/**
 * @typedef {object} Mark Something of the transcript that nobody said.
 * @property {number} seq
 * @property {number} at
 * @property {string} kind What it says, as a key of the words.
 * @property {Record<string, any>} data
 */

/**
 * @typedef {object} Context
 * @property {string} phase
 * @property {string[]} pain_points
 * @property {string[]} objections
 * @property {string[]} entities
 * @property {string} issue
 * @property {boolean} sufficient
 * @property {string} reason
 * @property {string[]} answered Those of the objections that our side has answered.
 * @property {string[]} commitments
 * @property {string[]} names
 * @property {string[]} amounts
 * @property {string[]} dates
 * @property {string[]} competitors
 * @property {{mood: string, urgency: string, quote: string, utterance_id: string}} tone
 * @property {Clue[]} clues What the technician has told of the trouble at hand.
 */

/** @typedef {{kind: string, id: string, label: string, quote: string, utterance_id: string, denied: boolean}} Clue */
/** @typedef {{passage_id: string, title: string, source: string, score: number, dropped: string}} Found */

/**
 * @typedef {object} Trace How an answer was looked for.
 * @property {number} at
 * @property {string[]} queries
 * @property {Found[]} found
 * @property {number} least The score that an answer needs.
 * @property {string} outcome
 * @property {string} insight_id Empty: silence.
 */

/** @typedef {{resolved: boolean, by: string, quote: string, insight_ids: string[]}} Case */

/** @typedef {{name: string, seconds: number}} Stage */

/** @typedef {{id: string, type: string, content: string, title?: string, at?: number, sources?: any[]}} Suggestion */

/**
 * @typedef {object} View
 * @property {number} seq Of the last envelope taken in.
 * @property {string} callId
 * @property {string} playbook
 * @property {string} language
 * @property {number} startedAt Seconds since 1970.
 * @property {string[]} warnings
 * @property {{reason: string, seconds: number, at: number} | null} ended
 * @property {Utterance[]} utterances All of them, in the order they were spoken, across legs.
 * @property {Mark[]} marks Who came and went, and what was not written down, in the order it was known.
 * @property {Context} context
 * @property {Card[]} given
 * @property {Card[]} withheld
 * @property {Record<string, any> | null} profile The customer, as the house knew them when the call began.
 * @property {{id: string, title: string, phase: string}[]} checklist
 * @property {{item_id: string, quote: string, utterance_id: string}[]} ticks Items that are done, in the order they were.
 * @property {Trace[]} traces How answers were looked for, in the order they were.
 * @property {{question: string, reason: string}[]} gaps What nobody could answer.
 * @property {Case[]} cases What became of each trouble, the newest last.
 * @property {Record<string, string>} ratings By insight id.
 * @property {Record<string, {how: string, quote: string}>} followed By insight id.
 * @property {Record<string, Stage[]>} painted By insight id: the whole way from the sentence to the card.
 * @property {number} snoozedUntil Seconds since the call began: no cards before.
 * @property {number} tokens Of language models, spent on this call.
 * @property {number} cost
 * @property {boolean} tokens_estimated Some of them were not counted by their server.
 * @property {Record<string, {text: string, written_by: string}>} summaries By focus.
 * @property {LegView[]} legs
 * @property {Speaker[]} roster
 * @property {string[]} held Ids of the legs that are on hold.
 * @property {{since: number, until: number | null}[]} holds When anybody was on hold; null: it lasts.
 * @property {string[]} machines Ids of the speakers for whom a machine picked up.
 * @property {"off" | "on" | "paused"} recording
 * @property {Record<string, {outcome: string, heard: number}>} replies What was said aloud, by insight id.
 * @property {{sid: string, status: string, simulated: boolean, answeredBy: string} | null} phone The latest telephone
 *   call.
 * @property {{seq: number, at: number, stage: string, code: string, detail: string}[]} troubles What was
 *   told, and not that it is over.
 * @property {Record<string, string>} languages By speaker id: the language of those who do not speak the call's.
 * @property {Record<string, Tally>} tally By speaker id.
 * @property {number} totalSegments
 */

/** @type {View} */
export const BLANK = Object.freeze({
  seq: 0,
  callId: "",
  playbook: "",
  language: "",
  startedAt: 0,
  warnings: [],
  ended: null,
  utterances: [],
  marks: [],
  profile: null,
  context: {
    phase: "",
    pain_points: [],
    objections: [],
    entities: [],
    issue: "",
    sufficient: false,
    reason: "",
    answered: [],
    commitments: [],
    names: [],
    amounts: [],
    dates: [],
    competitors: [],
    tone: { mood: "calm", urgency: "none", quote: "", utterance_id: "" },
    clues: [],
  },
  checklist: [],
  ticks: [],
  given: [],
  withheld: [],
  traces: [],
  gaps: [],
  cases: [],
  ratings: {},
  followed: {},
  painted: {},
  snoozedUntil: 0,
  tokens: 0,
  cost: 0,
  tokens_estimated: false,
  summaries: {},
  legs: [],
  roster: [],
  held: [],
  holds: [],
  machines: [],
  recording: "off",
  replies: {},
  phone: null,
  troubles: [],
  languages: {},
  tally: {},
  totalSegments: 0,
});

/** Reasons for which a stretch of voice left no words although somebody may have spoken. */
const WORTH_A_MARK = new Set(["overload", "too_late", "no_engine", "failed"]);

/**
 * Where an envelope stands: "next" may be taken in, "known" was already, before a "gap" something is missing.
 *
 * @param {View} view
 * @param {Envelope} envelope
 * @returns {"next" | "known" | "gap"}
 */
export function placeOf(view, envelope) {
  if (envelope.seq <= view.seq) return "known";
  return envelope.seq === view.seq + 1 ? "next" : "gap";
}

/**
 * The view once this envelope is known too; the same view when it is not the next one.
 *
 * @param {View} view
 * @param {Envelope} envelope
 * @returns {View}
 */
export function after(view, envelope) {
  if (placeOf(view, envelope) !== "next") return view;
  const step = STEPS[envelope.type];
  const next = { ...view, seq: envelope.seq, ...(step ? step(view, envelope, envelope.data) : {}) };
  return { ...next, holds: holdsOf(view, next.held.length > 0, envelope.at) };
}

/** A hold begins with the first who is on hold, and ends with the last.
 * @param {View} view @param {boolean} isHeld @param {number} at */
function holdsOf({ held, holds }, isHeld, at) {
  if (isHeld === held.length > 0) return holds;
  return isHeld ? [...holds, { since: at, until: null }] : [...holds.slice(0, -1), { ...holds[holds.length - 1], until: at }];
}

/** @param {Iterable<Envelope>} envelopes @returns {View} */
export function viewOf(envelopes) {
  let view = BLANK;
  for (const envelope of envelopes) view = after(view, envelope);
  return view;
}

/**
 * The view with suggestions that were asked for while the push was away (contract E18). They have the ids of the push,
 * and give way to it.
 *
 * @param {View} view
 * @param {Suggestion[]} suggestions
 * @returns {View}
 */
export function withSuggestions(view, suggestions) {
  const known = new Set(view.given.map(({ insight }) => insight.id));
  const fresh = suggestions
    .filter(({ id }) => !known.has(id))
    .map(({ id, type, content, title = "", at = 0, sources = [] }) => ({
      at,
      insight: insightFrom({ id, type, content, title, passages: sources }),
      verdict: { duplicate: false, reason: "", twin_id: null },
      took: 0,
      stages: [],
      latency: null,
      polled: true,
    }));
  return fresh.length ? { ...view, given: [...view.given, ...fresh] } : view;
}

/** @type {Record<string, (view: View, envelope: Envelope, data: any) => Partial<View>>} */
const STEPS = {
  call_started: (view, { call }, data) => ({
    callId: data.call_id ?? call,
    playbook: data.playbook,
    language: data.language,
    startedAt: data.started_at ?? 0,
    warnings: data.warnings ?? [],
    checklist: data.checklist ?? [],
  }),
  profile_read: (view, envelope, { profile }) => ({ profile }),
  leg_joined: (view, envelope, { leg_id, transport, speaker, away = 0, voices = 1 }) => ({
    legs: [...view.legs.filter((leg) => leg.id !== leg_id), { id: leg_id, transport, speaker, present: true, voices }],
    roster: speaker ? including(view.roster, speaker) : view.roster,
    marks: marked(view, envelope, { transport, speaker, seconds: away }, away > 0 ? "leg_returned" : "leg_joined"),
  }),
  leg_left: (view, envelope, data) => {
    const gone = view.legs.find((leg) => leg.id === data.leg_id);
    return {
      legs: view.legs.map((leg) => (leg === gone ? { ...leg, present: false } : leg)),
      held: view.held.filter((id) => id !== data.leg_id),
      marks: marked(view, envelope, { ...data, speaker: gone?.speaker ?? null, transport: gone?.transport ?? "" }),
    };
  },
  phone_status_changed: (view, envelope, { call_sid, status, simulated, answered_by: answeredBy = "", speaker }) => {
    const { machines, marks } = answeredBy && speaker ? answered(view, envelope, answeredBy, speaker) : view;
    return { machines, marks, phone: { sid: call_sid, status, simulated: Boolean(simulated), answeredBy } };
  },
  call_offered: (view, envelope, { accepted_by, seconds }) => ({
    marks: marked(
      view,
      envelope,
      { speaker: personOf(view, accepted_by), seconds },
      accepted_by ? "offer_accepted" : "offer_nobody",
    ),
  }),
  call_handed_over: (view, envelope, { by, to, note = "" }) => ({
    marks: marked(view, envelope, { speaker: personOf(view, by), other: personOf(view, to), note }),
  }),
  help_wanted: (view, envelope, data) => ({ marks: marked(view, envelope, data) }),
  leg_held: (view, envelope, { leg_id, held }) => {
    const others = view.held.filter((id) => id !== leg_id);
    return {
      held: held ? [...others, leg_id] : others,
      marks: marked(view, envelope, { speaker: speakerAt(view, leg_id) }, held ? "hold_on" : "hold_off"),
    };
  },
  keys_pressed: (view, envelope, { leg_id, keys, sent }) => ({
    marks: marked(view, envelope, { speaker: speakerAt(view, leg_id), keys }, sent ? "keys_sent" : "keys_received"),
  }),
  reply_spoken: (view, envelope, { insight_id, outcome, heard = 0, seconds = 0 }) => ({
    replies: { ...view.replies, [insight_id]: { outcome, heard } },
    marks: marked(view, envelope, { seconds: heard, length: seconds }, `reply_${outcome}`),
  }),
  recording_changed: (view, envelope, { state }) => ({
    recording: state === "paused" ? "paused" : state === "stopped" ? "off" : "on",
    marks: marked(view, envelope, {}, `recording_${state}`),
  }),
  segment_skipped: (view, envelope, data) =>
    WORTH_A_MARK.has(data.reason) ? { marks: marked(view, envelope, data) } : {},
  utterance_heard: (view, envelope, { utterance }) => ({
    utterances: inOrderSpoken(view.utterances, utterance),
    tally: counting(view.tally, utterance),
    totalSegments: view.totalSegments + 1,
  }),
  language_switched: (view, envelope, { speaker_id, language, before = "", reason = "" }) => ({
    languages: { ...view.languages, [speaker_id]: language },
    marks: marked(
      view,
      envelope,
      { speaker: personOf(view, speaker_id), language, before },
      reason === "declared" ? "language_declared" : undefined,
    ),
  }),
  speaker_named: (view, envelope, { speaker }) => ({
    roster: including(view.roster, speaker),
    legs: view.legs.map((leg) => (leg.speaker?.id === speaker.id ? { ...leg, speaker } : leg)),
    utterances: respoken(view.utterances, (utterance) => utterance.speaker.id === speaker.id, speaker),
    tally: Object.hasOwn(view.tally, speaker.id)
      ? { ...view.tally, [speaker.id]: { ...view.tally[speaker.id], role: speaker.role, name: speaker.name } }
      : view.tally,
  }),
  speaker_corrected: (view, envelope, { utterance_id, speaker }) => {
    const line = view.utterances.find(({ id }) => id === utterance_id);
    const roster = including(view.roster, speaker);
    if (!line) return { roster };
    return {
      roster,
      utterances: respoken(view.utterances, ({ id }) => id === utterance_id, speaker),
      tally: counting(counting(view.tally, line, -1), { ...line, speaker }),
    };
  },
  context_read: (view, envelope, { ticks = [], ...data }) => ({
    context: { ...BLANK.context, ...data },
    ticks: [...view.ticks, ...ticks],
  }),
  answer_traced: (view, { at }, { queries, found, least = 0, outcome, insight_id = "" }) => ({
    traces: [...view.traces, { at, queries, found, least, outcome, insight_id }],
  }),
  gap_found: (view, envelope, { question, reason }) => ({ gaps: [...view.gaps, { question, reason }] }),
  case_settled: (view, envelope, { resolved, by, quote = "", insight_ids = [] }) => ({
    cases: [...view.cases, { resolved, by, quote, insight_ids }],
  }),
  insight_given: (view, envelope, data) => ({
    given: [
      ...view.given.filter(({ polled, insight }) => !(polled && insight.id === data.insight.id)),
      cardOf(view, envelope, data),
    ],
  }),
  insight_withheld: (view, envelope, data) => ({ withheld: [...view.withheld, cardOf(view, envelope, data)] }),
  insight_painted: (view, envelope, { insight_id, stages }) => ({
    painted: { ...view.painted, [insight_id]: view.painted[insight_id] ?? stages },
  }),
  insight_followed: (view, envelope, { insight_id, how = "said", quote = "" }) => ({
    followed: { ...view.followed, [insight_id]: { how, quote } },
  }),
  coach_snoozed: (view, envelope, { until }) => ({ snoozedUntil: until }),
  model_asked: (view, envelope, { tokens_in, tokens_out, cost = 0, estimated = false }) => ({
    tokens: view.tokens + tokens_in + tokens_out,
    cost: view.cost + cost,
    tokens_estimated: view.tokens_estimated || estimated,
  }),
  insight_rated: (view, envelope, data) => ({ ratings: { ...view.ratings, [data.insight_id]: data.rating } }),
  summary_written: (view, envelope, { summary }) => ({ summaries: { ...view.summaries, [summary.focus]: summary } }),
  trouble: (view, { seq, at }, { stage, code, detail }) => ({
    troubles: [...view.troubles, { seq, at, stage, code, detail: detail ?? "" }],
  }),
  trouble_over: (view, _, { stage, code }) => ({
    troubles: view.troubles.filter((trouble) => trouble.stage !== stage || trouble.code !== code),
  }),
  call_resumed: (view, envelope, { gap }) => ({ marks: marked(view, envelope, { seconds: gap }) }),
  call_ended: (view, { at }, { reason, seconds }) => ({
    ended: { reason, seconds: seconds ?? at, at },
    legs: view.legs.map((leg) => ({ ...leg, present: false })),
  }),
};

/** Why nobody is advised just now: "on_hold", "machine", or empty; the twin of Conversation.quiet_reason.
 * @param {View} view @returns {"" | "on_hold" | "machine"} */
export function quietReason({ held, machines }) {
  return held.length ? "on_hold" : machines.length ? "machine" : "";
}

/** @param {View} view @param {Envelope} envelope @param {Record<string, any>} data @param {string} [kind]
 * @returns {Mark[]} */
function marked(view, { seq, at, type }, data, kind = type) {
  return [...view.marks, { seq, at, kind, data }];
}

/** Who picked up: a machine is worth a mark, a person is not.
 * @param {View} view @param {Envelope} envelope @param {string} answeredBy @param {Speaker} speaker */
function answered(view, envelope, answeredBy, speaker) {
  const others = view.machines.filter((id) => id !== speaker.id);
  const isMachine = ["machine", "fax"].includes(answeredBy);
  if (!isMachine) return { machines: others, marks: view.marks };
  return { machines: [...others, speaker.id], marks: marked(view, envelope, { speaker }, "machine") };
}

/** @param {View} view @param {string} legId */
const speakerAt = (view, legId) => view.legs.find(({ id }) => id === legId)?.speaker ?? null;

/** A person by the id; one whom the story has not met yet has their id for a name.
 * @param {View} view @param {string} id @returns {Speaker} */
const personOf = (view, id) => view.roster.find((speaker) => speaker.id === id) ?? { id, role: "unknown", name: id };

/** The roster with this person in it; somebody who comes back is not listed twice.
 * @param {Speaker[]} roster @param {Speaker} speaker */
function including(roster, speaker) {
  return [...roster.filter((known) => known.id !== speaker.id), speaker];
}

/** @param {Utterance[]} spoken @param {Utterance} utterance */
function inOrderSpoken(spoken, utterance) {
  let place = spoken.length;
  while (place > 0 && spoken[place - 1].start > utterance.start) place -= 1;
  return [...spoken.slice(0, place), utterance, ...spoken.slice(place)];
}

/** The chosen lines are this person's. @param {Utterance[]} spoken @param {(utterance: Utterance) => boolean} chosen
 * @param {Speaker} speaker */
function respoken(spoken, chosen, speaker) {
  return spoken.map((utterance) => (chosen(utterance) ? { ...utterance, speaker } : utterance));
}

/** @param {Record<string, Tally>} tally @param {Utterance} utterance @param {1 | -1} [sign] Added, or taken away.
 * @returns {Record<string, Tally>} */
function counting(tally, { speaker, text, start, end }, sign = 1) {
  const known = Object.hasOwn(tally, speaker.id) ? tally[speaker.id] : { segment_count: 0, seconds: 0, words: 0 };
  return {
    ...tally,
    [speaker.id]: {
      role: speaker.role,
      name: speaker.name ?? "",
      segment_count: known.segment_count + sign,
      seconds: known.seconds + sign * Math.max(0, end - start),
      words: known.words + sign * text.split(/\s+/).filter(Boolean).length,
    },
  };
}

/** @param {View} view @param {Envelope} envelope @param {any} data @returns {Card} */
function cardOf(view, { at }, { insight, verdict, took, stages = [] }) {
  const causes = new Set(insight.because ?? []);
  const ends = view.utterances.filter((utterance) => causes.has(utterance.id)).map((utterance) => utterance.end);
  return {
    at,
    insight: insightFrom(insight),
    verdict,
    took: took ?? 0,
    stages,
    latency: ends.length ? Math.max(0, at - Math.max(...ends)) : null,
  };
}

/** @param {Partial<Insight> & {id: string, type: string, content: string}} known @returns {Insight} */
function insightFrom(known) {
  const unsaid = { title: "", reason: "", quote: "", because: [], passages: [], written_by: "" };
  return { ...unsaid, ...known };
}
