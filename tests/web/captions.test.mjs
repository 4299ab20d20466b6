import assert from "node:assert/strict";
import { test } from "node:test";

import { NONE, readCaption, withCaption, withoutSaid } from "../../web/story/captions.js";
import { readEnvelope } from "../../web/story/envelope.js";
import { BLANK } from "../../web/story/story.js";

const PAUL = { id: "TECH001", role: "technician", name: "Paul" };
const said = (over = {}) => ({
  id: "utt_1",
  leg_id: "leg_1",
  speaker: PAUL,
  start: 2.5,
  committed: "The camera",
  rest: "is of",
  over: false,
  ...over,
});
const message = (caption, over = {}) => JSON.stringify({ v: 1, call: "c", caption, ...over });
const heard = (id) => ({ ...BLANK, utterances: [{ id, speaker: PAUL, text: "x", language: "en", start: 2.5, end: 3 }] });

test("a caption is read, and is no envelope: an old page passes over it", () => {
  assert.deepEqual(readCaption(message(said())), { call: "c", caption: said() });
  assert.equal(readEnvelope(message(said())), null);
});

test("what is no caption is none", () => {
  const strange = [
    "",
    "null",
    "{",
    message(null),
    message([]),
    message(said({ id: 7 })),
    message(said({ rest: null })),
    message(said({ speaker: null })),
    message(said({ start: "now" })),
    message(said(), { v: 2 }),
    message(said(), { call: 7 }),
    JSON.stringify({ v: 1, call: "c", seq: 3, at: 1, type: "trouble", data: { stage: "a", code: "b" } }),
  ];
  for (const text of strange) assert.equal(readCaption(text), null, text);
});

test("of each caption the latest state is shown", () => {
  const first = withCaption(NONE, said({ committed: "", rest: "The" }), BLANK);
  const second = withCaption(first, said(), BLANK);
  const both = withCaption(second, said({ id: "utt_2", leg_id: "leg_2" }), BLANK);
  assert.deepEqual(Object.values(second), [said()]);
  assert.deepEqual(Object.keys(both), ["utt_1", "utt_2"]);
});

test("one that is over keeps its words until its utterance is there", () => {
  const over = withCaption(NONE, said({ over: true }), BLANK);
  assert.deepEqual(Object.keys(over), ["utt_1"]);
  assert.deepEqual(withoutSaid(over, heard("utt_1")), {});
  assert.equal(withoutSaid(over, heard("utt_2")), over);
});

test("one that nobody said after all goes at once", () => {
  const open = withCaption(NONE, said(), BLANK);
  assert.deepEqual(withCaption(open, said({ committed: "", rest: "", over: true }), BLANK), {});
});

test("one that comes behind its utterance is not shown", () => {
  assert.deepEqual(withCaption(NONE, said(), heard("utt_1")), {});
});

test("an ended call has none", () => {
  const open = withCaption(NONE, said(), BLANK);
  assert.deepEqual(withoutSaid(open, { ...BLANK, ended: { reason: "hung_up", seconds: 9, at: 9 } }), {});
});

test("a server that never ends its captions does not fill the page", () => {
  let captions = NONE;
  for (let number = 0; number < 100; number += 1) captions = withCaption(captions, said({ id: `utt_${number}` }), BLANK);
  assert.equal(Object.keys(captions).length, 32);
  assert.ok("utt_99" in captions);
});
