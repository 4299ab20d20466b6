// After the call: what it came to, in figures, and the two summaries for the asking, each claim with its lines.

import { clock } from "../words/figures.js";
import { buttonById, byId, make } from "./element.js";
import { badge } from "./speakers.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../story/story.js").View} View */
/** @typedef {{speaker_name?: string, seconds?: number, words?: number}} Extra */
/** @typedef {{segment_count: number, speaker_role: string, role: string} & Extra} SpeakerStats */
/** @typedef {{total_segments: number, speakers: Record<string, SpeakerStats>}} SessionStats */
/** @typedef {{duration: number, stats: SessionStats}} Outcome */
/** @typedef {{text: string, utterance_id: string}} Claim */
/** @typedef {{summary: string, claims?: Claim[]}} Written */

export const FOCUSES = Object.freeze(/** @type {const} */ (["client", "rep"]));

/**
 * @param {() => Words} words
 * @param {((focus: "client" | "rep") => Promise<Written>) | null} onSummary Null where the page has no such buttons.
 */
export function endingPanel(words, onSummary) {
  const figures = byId("stats");
  const people = byId("stats-people");
  /** @type {import("../story/story.js").Utterance[]} */
  let spoken = [];

  for (const focus of onSummary ? FOCUSES : []) {
    const button = buttonById(`summary-${focus}`);
    const text = byId(`summary-${focus}-text`);
    button.addEventListener("click", async () => {
      button.disabled = true;
      text.hidden = false;
      text.textContent = words().say("ending.writing");
      const failed = (/** @type {Error} */ error) => ({ summary: error.message, claims: [] });
      const { summary = "", claims = [] } = (await onSummary?.(focus).catch(failed)) ?? {};
      text.replaceChildren(...paragraphs(summary, (line) => linesBehind(line, claims, spoken, words())));
      button.disabled = false;
    });
  }

  return {
    /** @param {View} view @param {Outcome} outcome */
    draw(view, { duration, stats }) {
      spoken = view.utterances;
      const values = {
        duration: clock(duration),
        segments: stats.total_segments,
        given: view.given.length,
        helpful: Object.values(view.ratings).filter((rating) => rating === "helpful").length,
        withheld: view.withheld.length,
      };
      figures.replaceChildren(
        ...Object.entries(values).map(([name, value]) =>
          make(
            "div",
            { class: "figure" },
            make("dt", {}, words().say(`stats.${name}`)),
            make("dd", { "data-testid": `stats-${name}` }, String(value)),
          ),
        ),
      );
      const counted = Object.entries(stats.speakers).map(([id, told]) => ({ ...view.tally[id], ...told, id }));
      const total = counted.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
      people.replaceChildren(...counted.map((person) => personRow(person, total, words())));
    },
    clear() {
      for (const focus of onSummary ? FOCUSES : []) byId(`summary-${focus}-text`).hidden = true;
    },
  };
}

/** @param {SpeakerStats & {id: string, name?: string}} person @param {number} total Seconds that everybody spoke.
 * @param {Words} words */
function personRow({ id, name, speaker_name, speaker_role, segment_count, words: spoken, seconds = 0 }, total, words) {
  const role = words.sayOr(`role.${speaker_role}`, speaker_role);
  return make(
    "tr",
    { "data-role": speaker_role, title: id },
    make(
      "th",
      { scope: "row" },
      make("span", { class: "speaker", "data-role": speaker_role }, speaker_name || name || role),
    ),
    make("td", {}, role),
    make("td", { class: "number" }, String(segment_count)),
    make("td", { class: "number" }, String(spoken ?? "–")),
    make("td", { class: "number" }, total > 0 ? `${Math.round((seconds / total) * 100)} %` : "–"),
  );
}

/** A summary's lines: headings and lists of light markup become elements, words stay text.
 * @param {string} text @param {(line: string) => HTMLElement[]} proofOf What stands behind a line of a list. */
function paragraphs(text, proofOf) {
  return text
    .split(/\n+/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const bare = line.replace(/\*\*/g, "");
      if (/^#{1,6}\s/.test(bare)) return make("h4", { dir: "auto" }, bare.replace(/^#+\s*/, ""));
      if (!/^[-*•]\s/.test(bare)) return make("p", { dir: "auto" }, bare);
      const proof = proofOf(line.replace(/^[-*•]\s*/, ""));
      const words = bare.replace(/^[-*•]\s*/, "");
      if (proof.length === 0) return make("p", { class: "bullet", dir: "auto" }, words);
      return make(
        "details",
        { class: "bullet", "data-testid": "claim" },
        make("summary", { dir: "auto" }, words),
        ...proof,
      );
    });
}

/** The line of the call that proves a claim, between those around it.
 * @param {string} line @param {Claim[]} claims @param {import("../story/story.js").Utterance[]} spoken
 * @param {Words} words */
function linesBehind(line, claims, spoken, words) {
  const claim = claims.find(({ text }) => text === line);
  const place = claim ? spoken.findIndex(({ id }) => id === claim.utterance_id) : -1;
  if (place < 0) return [];
  return spoken
    .slice(Math.max(0, place - 1), place + 2)
    .map((utterance) =>
      make(
        "p",
        { class: "behind", "data-role": utterance.speaker.role, "data-proves": utterance === spoken[place], dir: "auto" },
        make("span", { class: "line-head" }, badge(words, utterance.speaker), make("time", {}, clock(utterance.start))),
        make("span", { lang: utterance.language || undefined }, utterance.text),
      ),
    );
}

/** The statistics of the story itself, should the server's answer not come. @param {View} view @returns {Outcome} */
export function outcomeOf(view) {
  const speakers = Object.fromEntries(
    Object.entries(view.tally).map(([id, tally]) => [id, { ...tally, speaker_role: tally.role }]),
  );
  return { duration: view.ended?.seconds ?? 0, stats: { total_segments: view.totalSegments, speakers } };
}
