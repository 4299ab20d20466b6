// The cards: what to say, why now, on which proof; rated by a click. Those withheld stand apart, with their reason.

import { clock, milliseconds, percent, stretch } from "../words/figures.js";
import { byId, icon, keepInOrder, make } from "./element.js";
import { traceElement } from "./trace.js";
import { nameOf } from "./speakers.js";

/** @typedef {import("../story/story.js").View} View */
/** @typedef {import("../story/story.js").Card} Card */
/** @typedef {import("../story/story.js").Passage} Passage */
/** @typedef {import("../story/story.js").Stage} Stage */
/** @typedef {import("../words/words.js").Words} Words */

const SIGNS = /** @type {Record<string, string>} */ ({
  coaching: "bulb",
  knowledge_base: "book",
  clarification_question: "question",
});
export const RATINGS = Object.freeze(["helpful", "wrong", "not_now"]);

/**
 * @param {() => Words} words
 * @param {((insightId: string, rating: string) => void) | null} onRate Null: nobody rates here.
 */
export function insightsPanel(words, onRate) {
  const list = byId("cards");
  const empty = byId("cards-empty");
  const apart = byId("withheld");
  const apartList = byId("withheld-list");
  const apartCount = byId("withheld-count");
  const announcer = byId("announcer");

  return {
    /** @param {View} view */
    draw(view) {
      const before = list.childElementCount;
      const newest = view.given.toReversed();
      keepInOrder(
        list,
        newest,
        ({ insight, polled }) => `${insight.id}${polled ? "?" : ""}`,
        (card) => cardElement(card, view, words(), onRate),
      );
      for (const child of list.children) showRating(/** @type {HTMLElement} */ (child), view.ratings);
      for (const child of list.children) showFollowed(/** @type {HTMLElement} */ (child), view.followed, words());
      for (const child of list.children) showTrace(/** @type {HTMLElement} */ (child), view.traces, words());
      for (const child of list.children) showPainted(/** @type {HTMLElement} */ (child), view.painted, words());
      if (list.childElementCount > before && newest[0]) {
        announcer.textContent = spokenForm(newest[0], words());
        // The newest card is the one to read; but nothing moves under a hand that is about to click.
        if (!list.matches(":hover")) list.parentElement?.scrollTo({ top: 0, behavior: "smooth" });
      }
      keepInOrder(
        apartList,
        view.withheld.toReversed(),
        ({ insight }) => insight.id,
        (card) => withheldElement(card, words()),
      );
      apart.hidden = view.withheld.length === 0;
      apartCount.textContent = String(view.withheld.length);
      empty.hidden = view.given.length > 0;
    },
    clear() {
      list.replaceChildren();
      apartList.replaceChildren();
    },
  };
}

/** @param {Card} card @param {View} view @param {Words} words
 * @param {((id: string, rating: string) => void) | null} onRate */
function cardElement(card, view, words, onRate) {
  const { insight, at, latency } = card;
  const label = words.sayOr(`insight.${insight.type}`, insight.type);
  const timing = latency === null ? "" : words.say("card.latency", { seconds: stretch(latency) });
  return make(
    "li",
    { class: "card", "data-type": insight.type, "data-testid": "card", "data-insight": insight.id },
    make(
      "div",
      { class: "card-head" },
      make("span", { class: "card-type" }, icon(SIGNS[insight.type] ?? "bulb"), label),
      make(
        "span",
        { class: "card-time" },
        make("time", {}, clock(at)),
        timing && make("span", { class: "card-latency", "data-testid": "latency" }, ` · ${timing}`),
      ),
    ),
    insight.title && make("h3", { dir: "auto" }, insight.title),
    make("p", { class: "card-content", dir: "auto", "data-testid": "card-content" }, insight.content),
    proofElement(insight.passages[0], insight.quote, words),
    whyElement(card, view, words),
    onRate && ratingElement(insight.id, words, onRate),
  );
}

/** The reason, and the words of the call that led to it.
 * @param {Card} card @param {View} view @param {Words} words */
function whyElement({ insight, verdict, stages }, view, words) {
  const causes = view.utterances.filter((utterance) => insight.because.includes(utterance.id));
  const quoted = insight.passages.length === 0 && insight.quote;
  const said = causes.at(-1);
  return make(
    "div",
    { class: "why" },
    insight.reason && make("p", { dir: "auto" }, make("strong", {}, words.say("card.why")), " ", insight.reason),
    (quoted || said) &&
      make(
        "blockquote",
        { "data-role": said?.speaker.role ?? "unknown", dir: "auto" },
        words.say("quote", { words: quoted || said?.text || "" }),
        said && make("footer", {}, `${nameOf(words, said.speaker)}, ${clock(said.start)}`),
      ),
    insight.written_by &&
      make(
        "details",
        { class: "ledger" },
        make("summary", {}, words.say("card.details")),
        make(
          "p",
          {},
          words.say("card.writtenBy", { who: words.sayOr(`author.${insight.written_by}`, insight.written_by) }),
        ),
        insight.playbook_version &&
          make("p", {}, words.say("card.playbook", { version: insight.playbook_version })),
        verdict.reason && make("p", {}, words.say("card.checked", { reason: verdict.reason })),
        stagesElement(stages, words),
      ),
  );
}

/** Article, score and the words found in it (contract T24, N6).
 * @param {Passage | undefined} passage @param {string} quote @param {Words} words */
function proofElement(passage, quote, words) {
  if (!passage) return null;
  const version = passage.version && words.say("card.version", { version: passage.version.slice(0, 12) });
  return make(
    "div",
    { class: "proof", "data-testid": "source" },
    make(
      "div",
      { class: "proof-head" },
      icon("book"),
      make("span", { class: "proof-title", dir: "auto" }, passage.title),
      make("span", { class: "score", "data-testid": "score", title: words.say("card.score") }, percent(passage.score)),
    ),
    quote &&
      make("blockquote", { dir: "auto", lang: passage.language || undefined }, words.say("quote", { words: quote })),
    make("p", { class: "proof-source" }, [passage.section, passage.source, version].filter(Boolean).join(" · ")),
  );
}

/** @param {string} id @param {Words} words @param {(id: string, rating: string) => void} onRate */
function ratingElement(id, words, onRate) {
  const row = make("div", { class: "ratings", role: "group", "aria-label": words.say("rate.label") });
  for (const rating of RATINGS) {
    const button = make(
      "button",
      {
        type: "button",
        class: "rate",
        "data-rating": rating,
        "data-testid": `rate-${rating}`,
        "aria-pressed": "false",
      },
      icon(rating),
      words.say(`rate.${rating}`),
    );
    button.addEventListener("click", () => onRate(id, rating));
    row.append(button);
  }
  return row;
}

/** @param {HTMLElement} card @param {Record<string, string>} ratings */
function showRating(card, ratings) {
  const rating = ratings[card.dataset.insight ?? ""];
  card.toggleAttribute("data-rated", Boolean(rating));
  for (const button of card.querySelectorAll("[data-rating]")) {
    button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.rating === rating));
  }
}

/** A small mark on the card whose words were said.
 * @param {HTMLElement} card @param {View["followed"]} followed @param {Words} words */
function showFollowed(card, followed, words) {
  const done = followed[card.dataset.insight ?? ""];
  if (!done || card.hasAttribute("data-followed")) return;
  card.setAttribute("data-followed", done.how);
  const why = done.how === "said" ? "card.followedSaid" : "card.followedParaphrased";
  const mark = make(
    "span",
    { class: "followed", "data-testid": "followed", title: words.say(why, { words: words.say("quote", { words: done.quote }) }) },
    icon("helpful"),
    words.say("card.followed"),
  );
  card.querySelector(".card-type")?.after(mark);
}

/** How the answer was looked for, as soon as it is told.
 * @param {HTMLElement} card @param {View["traces"]} traces @param {Words} words */
function showTrace(card, traces, words) {
  const trace = traces.find(({ insight_id }) => insight_id && insight_id === card.dataset.insight);
  if (!trace || card.hasAttribute("data-traced")) return;
  card.setAttribute("data-traced", trace.outcome);
  card.querySelector(".why")?.append(traceElement(trace, words));
}

/** Where the time went, from the end of the sentence (contract N7). @param {Stage[]} stages @param {Words} words */
function stagesElement(stages, words) {
  const all = total(stages);
  return make(
    "ol",
    { class: "stages", "data-testid": "stages", "aria-label": words.say("card.stages") },
    ...stages.map(({ name, seconds }) => {
      const bar = make("span", { class: "stage-bar", "aria-hidden": "true" });
      bar.style.setProperty("--share", String(all > 0 ? seconds / all : 0));
      return make(
        "li",
        { "data-stage": name },
        make("span", {}, words.sayOr(`stage.${name}`, name)),
        bar,
        make("span", { class: "number" }, milliseconds(seconds)),
      );
    }),
  );
}

/** Once it is known when the card was on the screen, the whole way stands in the place of the way to the card.
 * @param {HTMLElement} card @param {Record<string, Stage[]>} painted @param {Words} words */
function showPainted(card, painted, words) {
  const stages = painted[card.dataset.insight ?? ""];
  if (!stages || card.hasAttribute("data-painted")) return;
  card.setAttribute("data-painted", "");
  card.querySelector(".stages")?.replaceWith(stagesElement(stages, words));
  const latency = card.querySelector(".card-latency");
  if (latency) latency.textContent = ` · ${words.say("card.latency", { seconds: stretch(total(stages)) })}`;
}

/** @param {Stage[]} stages */
const total = (stages) => stages.reduce((sum, { seconds }) => sum + seconds, 0);

/** @param {Card} card @param {Words} words */
function withheldElement({ at, insight, verdict }, words) {
  return make(
    "li",
    { class: "withheld-card", "data-testid": "withheld-card" },
    make(
      "div",
      { class: "card-head" },
      words.sayOr(`insight.${insight.type}`, insight.type),
      make("time", {}, clock(at)),
    ),
    make("p", { dir: "auto" }, insight.title || insight.content),
    make("p", { class: "withheld-why", dir: "auto" }, words.say("card.withheldBecause", { reason: verdict.reason })),
  );
}

/** What a screen reader says of a new card. @param {Card} card @param {Words} words */
function spokenForm({ insight }, words) {
  const label = words.sayOr(`insight.${insight.type}`, insight.type);
  return [label, insight.title, insight.content].filter(Boolean).join(". ");
}
