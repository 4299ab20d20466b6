import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readEnvelope } from "../../web/story/envelope.js";
import { figuresOf } from "../../web/story/figures.js";
import { BLANK, viewOf } from "../../web/story/story.js";
import { lines } from "./recorded.mjs";

const rounded = (number) => (number === null ? null : Math.round(number * 1000) / 1000);
const agreed = JSON.parse(readFileSync(new URL("../stories/figures.json", import.meta.url), "utf8"));

for (const name of ["support", "coaching", "bridge", "talk"]) {
  test(`the figures of the recorded ${name} call are those that Python makes`, () => {
    const told = figuresOf(viewOf(lines(name).map(readEnvelope)));
    const folded = {
      ...Object.fromEntries(Object.entries(told).map(([key, value]) => [key, typeof value === "number" ? rounded(value) : value])),
      people: told.people.map(({ speaker, seconds, words, pace, interruptions, questions }) => [
        speaker.id,
        speaker.name,
        rounded(seconds),
        words,
        rounded(pace),
        interruptions,
        questions,
      ]),
    };
    assert.deepEqual(folded, agreed[name]);
  });
}

test("a call in which nobody has spoken has no figures yet", () => {
  assert.equal(figuresOf(BLANK).warm, false);
  assert.deepEqual(figuresOf(BLANK).people, []);
});
