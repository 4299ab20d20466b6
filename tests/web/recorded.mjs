// Recorded stories and the words of the pages, for the tests of the pure rooms.

import { readFileSync } from "node:fs";

const at = (path) => new URL(path, import.meta.url);

/** The envelopes of tests/stories/<name>.jsonl, as text, one a line. */
export function lines(name) {
  return readFileSync(at(`../stories/${name}.jsonl`), "utf8")
    .trim()
    .split("\n");
}

/** What the fold of that story comes to, agreed with kitt_rtc/model/conversation.py. */
export function expected(name) {
  return JSON.parse(readFileSync(at(`../stories/${name}.view.json`), "utf8"));
}

export function table(locale) {
  return JSON.parse(readFileSync(at(`../../web/words/${locale}.json`), "utf8"));
}

export function source(path) {
  return readFileSync(at(`../../web/${path}`), "utf8");
}
