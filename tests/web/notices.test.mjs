import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { noticesOf } from "../../web/panels/notices.js";
import { viewOf } from "../../web/story/story.js";

const told = (type, data, seq = 1) => ({ v: 1, call: "c", seq, at: seq, type, data });
const titles = (view, language) => noticesOf(view, [], wordsOf(language)).map(({ title }) => title);

function wordsOf(language) {
  const all = JSON.parse(readFileSync(new URL(`../../web/words/${language}.json`, import.meta.url), "utf8"));
  return { say: (key) => all[key], sayOr: (key, otherwise) => all[key] ?? otherwise };
}

for (const code of ["behind", "stalled", "unheard", "fallback"]) {
  test(`N12 ${code} is a sentence of its own in both languages, with advice, and gone when it is over`, () => {
    const trouble = told("trouble", { stage: "scribe", code, detail: "in the server's words" });
    const over = told("trouble_over", { stage: "scribe", code }, 2);
    for (const language of ["fr", "en"]) {
      const [notice] = noticesOf(viewOf([trouble]), [], wordsOf(language));
      assert.notEqual(notice.title, wordsOf(language).say("trouble.other"));
      assert.notEqual(notice.advice, "in the server's words");
      assert.deepEqual(titles(viewOf([trouble, over]), language), []);
    }
    assert.notDeepEqual(titles(viewOf([trouble]), "fr"), titles(viewOf([trouble]), "en"));
  });
}

test("N8 whoever is in a taped call reads so, in their language, before anybody has spoken", () => {
  const started = told("call_started", {
    call_id: "c", playbook: "coaching", language: "en", started_at: 1, warnings: ["taped"],
  });
  assert.deepEqual(titles(viewOf([started]), "en"), ["This call is taped."]);
  assert.deepEqual(titles(viewOf([started]), "fr"), ["Cet appel est conservé en entier."]);
  assert.deepEqual(titles(viewOf([told("call_started", { ...started.data, warnings: [] })]), "en"), []);
});

for (const code of ["engine_unavailable", "engine_timeout", "overload"]) {
  test(`N8 a tape that ends by ${code} is told apart from an engine that fails`, () => {
    const trouble = told("trouble", { stage: "tape", code, detail: "in the server's words" });
    for (const language of ["fr", "en"]) {
      const [notice] = noticesOf(viewOf([trouble]), [], wordsOf(language));
      assert.equal(notice.title, wordsOf(language).say(`trouble.tape.${code}`));
      assert.notEqual(notice.advice, "in the server's words");
    }
  });
}
