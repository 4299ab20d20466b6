import assert from "node:assert/strict";
import { test } from "node:test";

import { minutesLeft } from "../../web/panels/snooze.js";
import { viewOf } from "../../web/story/story.js";

const told = (until, seq) => ({ v: 1, call: "c", seq, at: seq, type: "coach_snoozed", data: { until, by: "rep" } });

test("N3 the minutes that are left are told whole, the last one until it is over", () => {
  const { snoozedUntil } = viewOf([told(310, 1)]);
  assert.equal(minutesLeft(snoozedUntil, 10), 5);
  assert.equal(minutesLeft(snoozedUntil, 10.5), 5);
  assert.equal(minutesLeft(snoozedUntil, 309), 1);
  assert.equal(minutesLeft(snoozedUntil, 310), 0);
});

test("N3 a coach that was woken is not asleep, and nobody's clock makes it so", () => {
  assert.equal(minutesLeft(viewOf([told(310, 1), told(20, 2)]).snoozedUntil, 21), 0);
  assert.equal(minutesLeft(310, Number.NEGATIVE_INFINITY), 0);
});
