// Articles that calls which ended well propose: edited, approved or rejected by a person. Nothing else is ever found.

import { byId, make } from "./element.js";
import { ROWS, turning } from "./turning.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../wires/api.js").ProposedArticle} ProposedArticle */
/** @typedef {import("../wires/api.js").ProposalOrder} ProposalOrder */

/**
 * @param {() => Words} words
 * @param {{load: (limit: number, offset: number) => Promise<import("../wires/api.js").ProposalPage>, decide: (id: string, order: ProposalOrder) => Promise<unknown>,
 *   sentence: (error: unknown) => string}} on
 */
export function proposalsPanel(words, on) {
  /** @type {ProposedArticle[]} */
  let articles = [];
  let total = 0;
  /** What was typed and not decided yet, by article. @type {Map<string, {title: string, steps: string}>} */
  const typed = new Map();
  const pages = turning("proposals", () => refresh());

  function draw() {
    byId("proposals-line").textContent = words().say(articles.length ? "proposals.lead" : "proposals.none");
    byId("proposals").replaceChildren(...articles.map(row));
    pages.draw(total);
  }

  /** @param {ProposedArticle} article */
  function row(article) {
    const { say, sayOr, locale } = words();
    const title = make("input", { maxlength: "300", value: typed.get(article.id)?.title ?? article.title, dir: "auto", "data-testid": "proposal-title" });
    const steps = make("textarea", { rows: String(Math.min(8, 1 + article.steps.length)), dir: "auto", "data-testid": "proposal-steps" });
    steps.value = typed.get(article.id)?.steps ?? article.steps.map(({ text }) => text).join("\n");
    for (const field of [title, steps]) {
      field.addEventListener("input", () => typed.set(article.id, { title: title.value, steps: steps.value }));
    }
    const when = new Date(1000 * article.created_at).toLocaleString(locale);
    const about = [sayOr(`proposals.state.${article.state}`, article.state), article.product, sayOr(`proposals.why.${article.why}`, article.why), when];
    const status = make("p", { class: "from", role: "status" });

    /** @param {"approve" | "reject"} decision @param {string} look */
    const act = (decision, look) => {
      const button = make("button", { type: "button", class: `small ${look}`, "data-testid": `proposal-${decision}` }, say(`proposals.${decision}`));
      button.addEventListener("click", async () => {
        const texts = steps.value.split("\n").map((text) => text.trim()).filter(Boolean);
        const trouble = await on.decide(article.id, { decision, title: title.value.trim() || article.title, steps: texts.length ? texts : undefined }).then(() => "", on.sentence);
        if (trouble) status.textContent = trouble;
        else {
          typed.delete(article.id);
          await refresh();
        }
      });
      return button;
    };
    return make(
      "li",
      { class: "proposal", "data-state": article.state, "data-testid": "proposal" },
      make("p", { class: "from" }, about.filter(Boolean).join(" · ")),
      make("label", { class: "field" }, make("span", {}, say("proposals.title")), title),
      make("p", { dir: "auto", lang: article.language || undefined }, words().say("quote", { words: article.symptom })),
      make("label", { class: "field" }, make("span", {}, say("proposals.steps")), steps),
      make(
        "div",
        { class: "proposal-acts" },
        make("a", { href: `/history?call=${encodeURIComponent(article.call_id)}`, target: "_blank", rel: "noopener" }, say("proposals.call")),
        article.state !== "rejected" && act("reject", "quiet bordered"),
        act("approve", "go"),
      ),
      status,
    );
  }

  async function refresh() {
    try {
      ({ proposals: articles, total } = await on.load(ROWS, pages.offset()));
      draw();
    } catch (error) {
      byId("proposals-line").textContent = on.sentence(error);
    }
  }

  return { look: refresh, draw };
}
