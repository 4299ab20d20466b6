import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { wordsOf } from "../../web/words/words.js";
import { lines, source, table } from "./recorded.mjs";

const fr = table("fr");
const en = table("en");
const WEB = new URL("../../web/", import.meta.url);
const files = ["", "panels/", "wires/", "story/", "docs/", "words/"].flatMap((folder) =>
  readdirSync(new URL(folder, WEB))
    .filter((name) => /\.(js|html)$/.test(name))
    .map((name) => folder + name),
);
const blanks = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("every sentence exists in both languages, with the same blanks", () => {
  assert.deepEqual(Object.keys(fr).sort(), Object.keys(en).sort());
  for (const key of Object.keys(fr)) assert.deepEqual(blanks(fr[key]), blanks(en[key]), key);
});

test("every key that a page or a panel uses exists", () => {
  const missing = files.flatMap((path) => {
    const text = source(path);
    const used = [...text.matchAll(/data-words(?:-\w+)?="([^"]+)"/g), ...text.matchAll(/\.say\(\s*"([^"]+)"/g)];
    return used
      .map(([, key]) => key)
      .filter((key) => !(key in fr))
      .map((key) => `${path}: ${key}`);
  });
  assert.deepEqual(missing, []);
});

/** Keys made of a word of the wire, and every word that the wire may bring there. */
const MADE = {
  "role.": ["rep", "customer", "technician", "support_agent", "supervisor", "unknown"],
  "insight.": ["coaching", "knowledge_base", "clarification_question"],
  "rate.": ["helpful", "wrong", "not_now"],
  "readiness.": ["ready", "limited", "simulated", "absent"],
  "state.": ["connecting", "connected", "reconnecting", "words_only", "lost", "ended", "listening"],
  "transport.": ["webrtc", "twilio"],
  "mark.": [
    ...["leg_joined", "leg_returned", "leg_left", "segment_skipped", "machine", "offer_accepted", "offer_nobody"],
    ...["call_handed_over", "help_wanted", "hold_on", "hold_off", "keys_sent", "keys_received", "call_resumed"],
    ...["reply_heard", "reply_interrupted", "reply_late", "reply_failed"],
    ...["recording_started", "recording_paused", "recording_resumed", "recording_stopped"],
  ],
  "reason.": [
    ...["hung_up", "lost", "call_over", "error", "everyone_left", "idle", "shutdown", "interrupted"],
    ...["overload", "too_late", "no_engine", "failed", "handed_over", "asked_for", "no_answer", "no_question"],
  ],
  "phone.": ["queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"],
  "quality.": ["good", "fair", "poor"],
  "waiting.": ["off", "connecting", "open", "reconnecting", "refused", "taken", "gone", "timeout"],
  "record.": ["on", "paused", "start", "stop", "pause", "resume"],
  "phase.": ["opening", "discovery", "presentation", "objection", "negotiation", "closing"],
  "language.": ["fr", "en"],
  "context.": ["language", "phase", "issue", "pain", "objection", "entity"],
  "dial.": ["customer", "technician"],
  "theme.": ["auto", "light", "dark"],
  "stats.": ["duration", "segments", "given", "helpful", "withheld"],
};

test("every word of the wire that a page turns into a sentence has one", () => {
  for (const [prefix, words] of Object.entries(MADE))
    for (const word of words) assert.ok(fr[prefix + word], prefix + word);
});

test("whatever the toolbox may put behind a port without its being ready has words in the page's language", () => {
  const toolbox = readFileSync(new URL("../kitt_rtc/toolbox.py", WEB), "utf8");
  const stands = [...toolbox.matchAll(/self\.stand\(\s*"(\w+)",\s*"([^"]+)",\s*Readiness\.(\w+)/g)];
  assert.ok(stands.length >= 5);
  for (const [, port, engine] of stands) {
    const slug = engine
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter(Boolean)
      .join("-");
    assert.ok(fr[`port.${port}`], port);
    assert.ok(fr[`limits.${port}.${slug}`], `limits.${port}.${slug}`);
  }
});

test("X06 every trouble that a page can name says what to do", () => {
  const named = Object.keys(fr).filter(
    (key) => key.startsWith("trouble.") && !key.endsWith(".advice") && key !== "trouble.other",
  );
  for (const key of named) assert.ok(fr[`${key}.advice`], key);
  for (const code of ["cannot_connect", "chopped_audio", "no_transcript", "always_questions"])
    assert.ok(fr[`trouble.${code}`]);
});

test("every trouble of the recorded calls has words of its own", () => {
  for (const line of ["support", "coaching", "bridge"].flatMap(lines)) {
    const { type, data } = JSON.parse(line);
    if (type === "trouble")
      assert.ok(fr[`trouble.${data.stage}.${data.code}`] ?? fr[`trouble.${data.code}`], data.code);
  }
});

test("French is set with its own spaces, so that no mark begins a line", () => {
  for (const [key, sentence] of Object.entries(fr)) assert.doesNotMatch(sentence, /[ ][:;?!»]|«[ ]/, key);
});

test("blanks are filled with text and nothing else", () => {
  const words = wordsOf("en", { hello: "Hello {name}, {name} {other}" });
  assert.equal(words.say("hello", { name: "{other} $& <b>" }), "Hello {other} $& <b>, {other} $& <b> {other}");
  assert.equal(words.say("nowhere"), "nowhere");
  assert.equal(words.sayOr("toString", "fallback"), "fallback");
});

test("pages hold no inline script or style, nothing foreign, and no words of their own", () => {
  for (const path of files.filter((name) => name.endsWith(".html"))) {
    const text = source(path);
    assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/static\/)/, path);
    assert.doesNotMatch(text, /(src|href)="(?!\/|#)/, path);
  }
});

test("nothing of a page writes markup into the document", () => {
  for (const path of files.filter((name) => name.endsWith(".js"))) {
    assert.doesNotMatch(
      source(path),
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(/,
      path,
    );
  }
});

test("the floors: wires and story never touch the document, panels never open a connection", () => {
  for (const path of files.filter((name) => /^(wires|story|words)\//.test(name))) {
    assert.doesNotMatch(source(path), /\bdocument\.\w|getElementById/, path);
  }
  for (const path of files.filter((name) => name.startsWith("panels/"))) {
    assert.doesNotMatch(source(path), /\bfetch\(|WebSocket|RTCPeer|from "\.\.\/wires/, path);
  }
});
