import assert from "node:assert/strict";
import { test } from "node:test";

import { gradeOf, worstOf } from "../../web/story/quality.js";
import { qualityMeter } from "../../web/wires/peer.js";

const line = (loss, jitter_ms, round_trip_ms) => ({ loss, jitter_ms, round_trip_ms });

test("a line is as good as its worst figure, a call as its worst line", () => {
  assert.equal(gradeOf(line(0, 5, null)), "good");
  assert.equal(gradeOf(line(0.03, 5, 80)), "fair");
  assert.equal(gradeOf(line(0, 35, 80)), "fair");
  assert.equal(gradeOf(line(0, 5, 700)), "poor");
  assert.equal(gradeOf(line(0.2, 5, 80)), "poor");
  assert.equal(worstOf([line(0, 5, null), line(0.03, 5, 80)]), "fair");
  assert.equal(worstOf([]), null);
});

test("what a browser counts becomes figures since the last question, and silence is no figure", async () => {
  let counted = { packetsLost: 2, packetsReceived: 98, jitter: 0.012 };
  const quality = qualityMeter({
    getStats: async () =>
      new Map([
        ["in", { type: "inbound-rtp", kind: "audio", ...counted }],
        ["pair", { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.04 }],
      ]),
  });
  assert.deepEqual(await quality(), line(0.02, 12, 40));
  assert.equal(await quality(), null);
  counted = { packetsLost: 12, packetsReceived: 188, jitter: 0.012 };
  assert.deepEqual(await quality(), line(0.1, 12, 40));
});
