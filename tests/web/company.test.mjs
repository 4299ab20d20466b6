import assert from "node:assert/strict";
import { test } from "node:test";

import { companyOf, microphoneOf } from "../../web/story/company.js";
import { BLANK, after } from "../../web/story/story.js";

const TECHNICIAN = { id: "TECH001", role: "technician", name: "Paul" };
const SECOND = { ...TECHNICIAN, id: "TECH001.2", name: "" };
const AGENT = { id: "agent", role: "support_agent", name: "Zoé" };

/** @param {{type: string, data: object}[]} facts */
const told = (facts) =>
  facts.reduce((view, { type, data }, n) => after(view, { call: "c", seq: n + 1, at: n, type, data }), BLANK);

const joined = (leg_id, speaker, voices) => ({
  type: "leg_joined",
  data: { leg_id, transport: "webrtc", speaker, away: 0, voices },
});
const heard = (id, speaker) => ({
  type: "utterance_heard",
  data: { utterance: { id, speaker, text: "hello", language: "en", start: 0, end: 1 }, took: 0 },
});
const CALL = [joined("l1", TECHNICIAN, 2), joined("l2", AGENT, 1), heard("u1", TECHNICIAN), heard("u2", SECOND)];

test("R05 those who share a microphone are known to each other, and nobody else is", () => {
  const view = told(CALL);
  assert.equal(microphoneOf(view, "TECH001.2"), "TECH001");
  assert.equal(microphoneOf(view, "agent"), "");
  assert.deepEqual(
    companyOf(view, "TECH001").map(({ id }) => id),
    ["TECH001", "TECH001.2"],
  );
  assert.deepEqual(companyOf(view, "agent"), []);
});

test("R05 a voice that was named is listed by its name, and its lines are its own", () => {
  const anna = { ...SECOND, name: "Anna" };
  const view = told([...CALL, { type: "speaker_named", data: { speaker: anna, by: "agent" } }]);
  assert.equal(companyOf(view, "TECH001").find(({ id }) => id === "TECH001.2")?.name, "Anna");
  assert.equal(view.utterances.find(({ id }) => id === "u2")?.speaker.name, "Anna");
});
