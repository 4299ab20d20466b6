import assert from "node:assert/strict";
import { test } from "node:test";

import { readEnvelope } from "../../web/story/envelope.js";
import { after, BLANK, placeOf, quietReason, viewOf, withSuggestions } from "../../web/story/story.js";
import { expected, lines } from "./recorded.mjs";

const envelopes = (name) => lines(name).map(readEnvelope);
const support = () => viewOf(envelopes("support"));

for (const name of ["support", "coaching", "bridge"]) {
  test(`the fold of the recorded ${name} call is the one Python makes`, () => {
    const view = viewOf(envelopes(name));
    const { context } = view;
    const folded = {
      call_id: view.callId,
      playbook: view.playbook,
      language: view.language,
      started_at: view.startedAt,
      ended: view.ended?.reason ?? null,
      spoken: view.utterances.map(({ id }) => id),
      phase: context.phase,
      pain_points: context.pain_points,
      objections: context.objections,
      entities: context.entities,
      issue: context.issue,
      sufficient: context.sufficient,
      context_reason: context.reason,
      answered: context.answered,
      commitments: context.commitments,
      competitors: context.competitors,
      mood: context.tone.mood,
      checklist: view.checklist.map(({ id }) => id),
      ticks: view.ticks.map(({ item_id }) => item_id),
      clues: context.clues.map(({ kind, id, denied }) => [kind, id, denied]),
      cases: view.cases.map(({ resolved }) => resolved),
      gaps: view.gaps.map(({ question }) => question),
      ratings: view.ratings,
      followed: Object.keys(view.followed).sort(),
      snoozed_until: view.snoozedUntil,
      tokens: view.tokens,
      given: view.given.map(({ at, insight }) => [at, insight.id]),
      withheld: view.withheld.map(({ at, insight, verdict }) => [at, insight.id, verdict.twin_id]),
      roster: view.roster.map(({ id, role }) => [id, role]),
      legs_present: view.legs.filter(({ present }) => present).map(({ id }) => id),
      legs_held: view.held,
      machines: [...view.machines].sort(),
      quiet_reason: quietReason(view),
      total_segments: view.totalSegments,
      tally: Object.fromEntries(
        Object.entries(view.tally).map(([id, { role, segment_count, seconds, words }]) => [
          id,
          { role, segment_count, seconds: Math.round(seconds * 1000) / 1000, words },
        ]),
      ),
    };
    assert.deepEqual(folded, expected(name));
  });
}

test("the transcript keeps the order of speaking, not of knowing", () => {
  assert.deepEqual(
    support().utterances.map(({ id }) => id),
    ["u1", "u2", "u3", "u4", "u5", "u6"],
  );
});

test("a card knows how long after its sentence it came", () => {
  const [question, answer] = support().given;
  assert.equal(question.latency.toFixed(2), "0.90");
  assert.equal(answer.latency.toFixed(2), "3.70");
});

test("a card without a known cause claims no latency", () => {
  const [start, ...rest] = envelopes("coaching");
  const orphan = { ...rest.find(({ type }) => type === "insight_given"), seq: 2 };
  assert.equal(viewOf([start, orphan]).given[0].latency, null);
});

test("an envelope that comes twice, by channel and by feed, is taken in once", () => {
  const all = envelopes("support");
  const doubled = all.flatMap((envelope, index) => [envelope, ...all.slice(0, index + 1)]);
  assert.deepEqual(viewOf(doubled), viewOf(all));
});

test("nothing is taken in behind a gap", () => {
  const [first, , third] = envelopes("support");
  const view = after(BLANK, first);
  assert.equal(placeOf(view, third), "gap");
  assert.equal(after(view, third), view);
});

test("an unknown fact moves the cursor and nothing else", () => {
  const view = after(BLANK, readEnvelope('{"v":1,"call":"c","seq":1,"at":0,"type":"mood_felt","data":{}}'));
  assert.deepEqual(view, { ...BLANK, seq: 1 });
});

test("a view is never changed, a new one is made", () => {
  let view = BLANK;
  for (const envelope of envelopes("support")) {
    const before = structuredClone(view);
    const next = after(view, envelope);
    assert.deepEqual(view, before);
    view = next;
  }
});

test("a rating, a trouble, the telephone and the end are in the view", () => {
  const view = support();
  assert.equal(view.ratings.i1, "helpful");
  assert.deepEqual(
    view.troubles.map(({ code }) => code),
    ["engine_timeout"],
  );
  assert.deepEqual(view.phone, { sid: "CA-sim-1", status: "completed", simulated: true, answeredBy: "" });
  assert.equal(view.ended.reason, "hung_up");
});

test("voice that was lost leaves a mark; a cough does not", () => {
  const skipped = support().marks.filter(({ kind }) => kind === "segment_skipped");
  assert.deepEqual(
    skipped.map(({ data }) => data.reason),
    ["overload"],
  );
});

test("somebody who comes back is in the roster once, with both legs known", () => {
  const all = envelopes("coaching");
  const joined = all.find(({ type }) => type === "leg_joined");
  const again = { ...joined, seq: all.length + 1, data: { ...joined.data, leg_id: "leg-9" } };
  const view = viewOf([...all, again]);
  assert.equal(view.roster.filter(({ id }) => id === "rep-1").length, 1);
  assert.deepEqual(
    view.legs.map(({ id }) => id),
    ["leg-1", "leg-2", "leg-9"],
  );
});

test("suggestions asked for fill in, and give way to the push of the same id", () => {
  const all = envelopes("support");
  const polled = withSuggestions(viewOf(all.slice(0, 5)), [
    { id: "i1", type: "clarification_question", content: "Que voyez-vous ?" },
  ]);
  assert.deepEqual(
    polled.given.map(({ insight }) => insight.id),
    ["i1"],
  );
  assert.equal(withSuggestions(polled, [{ id: "i1", type: "clarification_question", content: "x" }]), polled);
  let view = polled;
  for (const envelope of all.slice(5)) view = after(view, envelope);
  assert.deepEqual(
    view.given.map(({ insight }) => insight.id),
    ["i1", "i2"],
  );
  assert.equal(view.given[0].insight.reason.length > 0, true);
});

test("the transcript of a call that lives on tells its holds, keys, gaps, replies and hand-over", () => {
  const view = viewOf(envelopes("bridge"));
  const told = view.marks.map(({ kind }) => kind);
  for (const kind of [
    ...["machine", "recording_started", "reply_interrupted", "hold_on", "hold_off", "keys_sent", "keys_received"],
    ...["recording_paused", "recording_resumed", "call_resumed", "leg_returned", "help_wanted", "offer_nobody"],
    ...["offer_accepted", "call_handed_over"],
  ])
    assert.ok(told.includes(kind), kind);
  const handed = view.marks.find(({ kind }) => kind === "call_handed_over");
  assert.deepEqual([handed.data.speaker.name, handed.data.other.name], ["Camille Martin", "Noé Petit"]);
  assert.equal(handed.data.note, "Attend une date de livraison pour trois boutiques.");
  assert.equal(view.marks.find(({ kind }) => kind === "call_resumed").data.seconds, 3.2);
  assert.equal(view.recording, "on");
  assert.deepEqual(view.replies.b1, { outcome: "interrupted", heard: 1.2 });
});

test("a leg that leaves is not on hold any more, and a person at a telephone is no machine", () => {
  const story = envelopes("bridge");
  const before = (seq) => viewOf(story.slice(0, seq));
  assert.equal(quietReason(before(6)), "machine");
  assert.equal(quietReason(before(7)), "");
  assert.deepEqual(before(12).held, ["leg-2"]);
  const gone = { ...story[0], seq: 13, type: "leg_left", data: { leg_id: "leg-2", reason: "hung_up", seconds: 9 } };
  assert.deepEqual(after(before(12), gone).held, []);
});

const line = (id, text, speaker) => ({ id, speaker, text, language: "en", start: 0, end: 1 });
const ANA = { id: "tech.2", role: "technician", name: "Ana" };

test("a line that was said by another changes hands, and is counted for them", () => {
  const tech = { id: "tech", role: "technician", name: "" };
  const view = viewOf(
    [
      ["utterance_heard", { utterance: line("u1", "one two", tech) }],
      ["speaker_corrected", { utterance_id: "u1", speaker: ANA, by: "agent" }],
    ].map(([type, data], place) => ({ v: 1, call: "c", seq: place + 1, at: place, type, data })),
  );
  assert.deepEqual(view.utterances[0].speaker, ANA);
  assert.equal(view.tally["tech.2"].words, 2);
  assert.equal(view.tally.tech.words, 0);
  assert.deepEqual(view.roster, [ANA]);
});

test("a name is given to all lines of a voice, and a language to the one who speaks it", () => {
  const view = viewOf(
    [
      ["utterance_heard", { utterance: line("u1", "one two", { ...ANA, name: "" }) }],
      ["speaker_named", { speaker: ANA, by: "agent" }],
      ["language_switched", { speaker_id: "tech.2", language: "fr", before: "en", reason: "two sentences" }],
    ].map(([type, data], place) => ({ v: 1, call: "c", seq: place + 1, at: place, type, data })),
  );
  assert.equal(view.utterances[0].speaker.name, "Ana");
  assert.deepEqual(view.languages, { "tech.2": "fr" });
  assert.equal(view.marks.at(-1).kind, "language_switched");
});

test("R02 a language that was declared is told otherwise than one that was changed to", () => {
  const declared = { speaker_id: "tech", language: "fr", before: "en", reason: "declared" };
  const view = viewOf([{ v: 1, call: "c", seq: 1, at: 0, type: "language_switched", data: declared }]);
  assert.equal(view.marks.at(-1).kind, "language_declared");
  assert.deepEqual(view.languages, { tech: "fr" });
});

test("N12 a trouble is in the view until it is told to be over, and another of its kind stays", () => {
  const view = viewOf(
    [
      ["trouble", { stage: "scribe", code: "behind", detail: "" }],
      ["trouble", { stage: "scribe", code: "stalled", detail: "" }],
      ["trouble", { stage: "adviser", code: "behind", detail: "" }],
      ["trouble_over", { stage: "scribe", code: "behind" }],
    ].map(([type, data], place) => ({ v: 1, call: "c", seq: place + 1, at: place, type, data })),
  );
  assert.deepEqual(
    view.troubles.map(({ stage, code }) => `${stage}.${code}`),
    ["scribe.stalled", "adviser.behind"],
  );
});
