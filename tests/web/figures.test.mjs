import assert from "node:assert/strict";
import { test } from "node:test";

import { clock, percent, phoneNumber, stretch } from "../../web/words/figures.js";

test("T24 a score is a percentage with one decimal", () => {
  assert.equal(percent(0.626), "62.6 %");
  assert.equal(percent(0), "0.0 %");
  assert.equal(percent(1), "100.0 %");
  assert.equal(percent(1.2), "100.0 %");
  assert.equal(percent(-0.1), "0.0 %");
});

test("a stretch of time has the unit it is felt in", () => {
  assert.equal(stretch(0.0049), "5 ms");
  assert.equal(stretch(0.099), "99 ms");
  assert.equal(stretch(0.0996), "0.1 s");
  assert.equal(stretch(1.4), "1.4 s");
  assert.equal(stretch(12), "12.0 s");
});

test("a place in the call reads like a clock", () => {
  assert.equal(clock(0), "0:00");
  assert.equal(clock(59.9), "0:59");
  assert.equal(clock(61), "1:01");
  assert.equal(clock(3723), "1:02:03");
  assert.equal(clock(-1), "0:00");
});

test("a number as people type it becomes E.164, or nothing", () => {
  for (const typed of ["+33612345678", "06 12 34 56 78", "06.12.34.56.78", "0033 6 12 34 56 78", "+33 6-12-34-56-78"]) {
    assert.equal(phoneNumber(typed), "+33612345678", typed);
  }
  assert.equal(phoneNumber("+1 (415) 555-0100"), "+14155550100");
  for (const typed of ["", "112", "+0612345678", "06 12 34", "+33abc", "+1234567890123456"]) {
    assert.equal(phoneNumber(typed), null, typed);
  }
});
