import assert from "node:assert/strict";
import { test } from "node:test";

import { KINDS, readEnvelope } from "../../web/story/envelope.js";
import { lines } from "./recorded.mjs";

const heard = (over = {}) =>
  JSON.stringify({ v: 1, call: "c", seq: 3, at: 1.5, type: "trouble", data: { stage: "scribe", code: "x" }, ...over });

test("every recorded envelope is read", () => {
  for (const name of ["support", "coaching"]) {
    for (const line of lines(name)) {
      const envelope = readEnvelope(line);
      assert.ok(KINDS.includes(envelope.type), line);
      assert.deepEqual(envelope.data, JSON.parse(line).data);
    }
  }
});

test("what is no envelope is none", () => {
  for (const text of [
    "",
    "null",
    "[]",
    "{",
    "7",
    '"x"',
    heard({ seq: 0 }),
    heard({ seq: 1.5 }),
    heard({ call: 7 }),
    undefined,
    {},
  ]) {
    assert.equal(readEnvelope(text), null, String(text));
  }
});

test("a later version, a new fact and a broken form keep their place in the order", () => {
  const strange = [
    heard({ v: 2 }),
    heard({ type: "mood_felt" }),
    heard({ type: "toString" }),
    heard({ data: null }),
    heard({ data: { stage: "scribe" } }),
    heard({ type: "insight_given", data: { insight: null, verdict: {} } }),
  ];
  for (const text of strange) {
    const { type, seq } = readEnvelope(text);
    assert.equal(type, "unknown", text);
    assert.equal(seq, 3);
  }
});
