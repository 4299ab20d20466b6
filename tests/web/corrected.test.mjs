import assert from "node:assert/strict";
import { test } from "node:test";

import { piecesOf } from "../../web/story/corrected.js";

const pieces = (utterance) => piecesOf(utterance).map(({ text, correction }) => [text, correction?.heard ?? ""]);

test("corrected words stand where they were said, the rest around them", () => {
  const utterance = {
    text: "Call 0612345678 at 7:30.",
    heard: "Call oh six one two three four five six seven eight at seven thirty.",
    corrections: [
      { rule: "number", heard: "oh six one two three four five six seven eight", written: "0612345678" },
      { rule: "number", heard: "seven thirty", written: "7:30" },
    ],
  };
  assert.deepEqual(pieces(utterance), [
    ["Call ", ""],
    ["0612345678", "oh six one two three four five six seven eight"],
    [" at ", ""],
    ["7:30", "seven thirty"],
    [".", ""],
  ]);
});

test("the same figure written before, and heard so, is not the corrected one", () => {
  const utterance = {
    text: "12 here, 12 there",
    heard: "12 here, twelve there",
    corrections: [{ rule: "number", heard: "twelve", written: "12" }],
  };
  assert.deepEqual(pieces(utterance), [
    ["12 here, ", ""],
    ["12", "twelve"],
    [" there", ""],
  ]);
});

test("a line without corrections is one piece, and so is one whose corrections fit nowhere", () => {
  assert.deepEqual(pieces({ text: "Hello." }), [["Hello.", ""]]);
  const foreign = { text: "Hello 12.", heard: "Hello you.", corrections: [{ rule: "number", heard: "ten", written: "10" }] };
  assert.deepEqual(pieces(foreign), [["Hello 12.", ""]]);
});
