import assert from "node:assert/strict";
import { test } from "node:test";

import { readClock, uncertaintyAt, withRound } from "../../web/story/clockwork.js";

const answer = (clock) => JSON.stringify({ v: 1, call: "c1", clock });

test("the call's time is read from the wire, and nothing else is", () => {
  assert.deepEqual(readClock(answer({ sent: 3.5, at: 12.25 })), { call: "c1", sent: 3.5, at: 12.25 });
  for (const other of [answer({ sent: "3", at: 1 }), answer({ sent: 1 }), answer(null), "{}", "nonsense", 7]) {
    assert.equal(readClock(other), null);
  }
});

test("N7: the answer lies in the middle of its round, give or take half of it", () => {
  const known = withRound(null, { sent: 100.0, at: 20.03 }, 100.04);
  assert.ok(known);
  assert.ok(Math.abs(known.offset - (20.03 - 100.02)) < 1e-9);
  assert.ok(Math.abs(known.uncertainty - 0.02) < 1e-9);
});

test("N7: of several rounds the shortest counts, until its age outweighs it", () => {
  const short = withRound(null, { sent: 100, at: 20.005 }, 100.01);
  assert.equal(withRound(short, { sent: 101, at: 21.2 }, 101.3), short);
  const later = withRound(short, { sent: 400, at: 320.004 }, 400.04);
  assert.notEqual(later, short);
  assert.ok(uncertaintyAt(short, 400) > 0.03);
});

test("an answer from before its question is no round", () => {
  assert.equal(withRound(null, { sent: 5, at: 1 }, 4), null);
});
