import assert from "node:assert/strict";
import { test } from "node:test";

import { readEnvelope } from "../../web/story/envelope.js";
import { BLANK, viewOf } from "../../web/story/story.js";
import { noticed } from "../../web/story/watch.js";
import { lines } from "./recorded.mjs";

const calm = { now: 100, connection: "connected", connectionSince: 0, voiceSeconds: 0, quietSeconds: 0, lossRatio: 0 };
const told = (type, data, seq = 1) => ({ v: 1, call: "c", seq, at: seq, type, data });
const verdict = { duplicate: false, reason: "", twin_id: null };
const card = (type, seq) => told("insight_given", { insight: { id: `i${seq}`, type, content: "" }, verdict }, seq);

test("a good call has no troubles", () => {
  assert.deepEqual(noticed(BLANK, calm), []);
  const open = lines("support")
    .map(readEnvelope)
    .filter(({ type }) => type !== "call_ended");
  assert.deepEqual(noticed(viewOf(open), calm), []);
});

test("X06 a connection that does not come about is named, not at once", () => {
  const waiting = { ...calm, connection: "connecting", connectionSince: 95 };
  assert.deepEqual(noticed(BLANK, waiting), []);
  assert.deepEqual(noticed(BLANK, { ...waiting, connectionSince: 91 }), ["cannot_connect"]);
});

test("X06 chopped audio is named, from what comes in and from what the server lost", () => {
  assert.deepEqual(noticed(BLANK, { ...calm, lossRatio: 0.051 }), ["chopped_audio"]);
  const left = told("leg_left", { leg_id: "l", reason: "hung_up", seconds: 60, lost_frames: 200 });
  assert.deepEqual(noticed(viewOf([left]), calm), ["chopped_audio"]);
});

test("X06 voice without words is named once a pause should have brought them", () => {
  assert.deepEqual(noticed(BLANK, { ...calm, voiceSeconds: 9, quietSeconds: 0 }), []);
  assert.deepEqual(noticed(BLANK, { ...calm, voiceSeconds: 4, quietSeconds: 5 }), ["no_transcript"]);
  assert.deepEqual(noticed(BLANK, { ...calm, voiceSeconds: 15, quietSeconds: 0 }), ["no_transcript"]);
});

test("N12 voice without words has one cause: the server's own word for it, where it told one", () => {
  const behind = told("trouble", { stage: "scribe", code: "behind", detail: "" });
  const over = told("trouble_over", { stage: "scribe", code: "behind" }, 2);
  const seen = { ...calm, voiceSeconds: 4, quietSeconds: 5 };
  assert.deepEqual(noticed(viewOf([behind]), seen), []);
  assert.deepEqual(noticed(viewOf([behind, over]), seen), ["no_transcript"]);
});

test("X06 a language that nothing here hears is named at the first sentence", () => {
  const skipped = told("segment_skipped", { speaker_id: "s", role: "rep", seconds: 2, reason: "no_engine" });
  assert.deepEqual(noticed(viewOf([skipped]), calm), ["no_transcript"]);
});

test("X06 always questions is named at the third, and not after an answer", () => {
  const questions = [1, 2, 3].map((seq) => card("clarification_question", seq));
  assert.deepEqual(noticed(viewOf(questions.slice(0, 2)), calm), []);
  assert.deepEqual(noticed(viewOf(questions), calm), ["always_questions"]);
  assert.deepEqual(noticed(viewOf([...questions, card("knowledge_base", 4)]), calm), []);
});

test("after the call nothing is complained of", () => {
  const ended = viewOf([told("call_ended", { reason: "hung_up", seconds: 1 })]);
  assert.deepEqual(noticed(ended, { ...calm, lossRatio: 1, voiceSeconds: 99 }), []);
});
