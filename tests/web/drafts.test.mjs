import assert from "node:assert/strict";
import { test } from "node:test";

import { readDraft, stillOpen } from "../../web/story/drafts.js";
import { BLANK } from "../../web/story/story.js";

const DRAFT = { id: "d", title: "Price", say: "Ask", quote: "too expensive", over: false, insight_id: "" };
const line = (draft) => JSON.stringify({ v: 1, call: "c", draft });
const given = { ...BLANK, given: [{ insight: { id: "ins_1" } }] };

test("a draft is read, and what is none is not", () => {
  assert.deepEqual(readDraft(line(DRAFT)), { call: "c", draft: DRAFT });
  for (const text of ["", "{}", line(null), line({ ...DRAFT, say: 1 }), line({ ...DRAFT, insight_id: undefined })]) {
    assert.equal(readDraft(text), null);
  }
});

test("a draft stands until its card is in the story, and goes where none comes", () => {
  const over = { ...DRAFT, over: true };
  assert.equal(stillOpen(DRAFT, BLANK), DRAFT);
  assert.equal(stillOpen(over, BLANK), null);
  const given_soon = { ...over, insight_id: "ins_1" };
  assert.equal(stillOpen(given_soon, BLANK), given_soon);
  assert.equal(stillOpen(given_soon, given), null);
  assert.equal(stillOpen(DRAFT, { ...BLANK, ended: { reason: "ended", seconds: 1 } }), null);
});
