// Documents on their way into the knowledge base: sent one after another, followed until they are in.

import { byId, icon, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../wires/api.js").Job} Job */

const LOOK_MS = 400;

/**
 * @param {() => Words} words
 * @param {{look: (id: string) => Promise<Job>, done: () => void, sentence: (error: unknown) => string}} options
 *   `look`: how far a job is; `done`: something has come in.
 */
export function intakePanel(words, { look, done, sentence }) {
  const box = byId("intake");
  const bar = /** @type {HTMLProgressElement} */ (byId("intake-bar"));
  /** What is to be sent; the waiting ones stand in line here, one is followed. @type {(() => Promise<Job>)[]} */
  let line = [];
  let sent = 0;
  let working = false;

  async function work() {
    working = true;
    box.hidden = false;
    for (let next = line.shift(); next; next = line.shift()) {
      sent += 1;
      try {
        await follow(await next());
      } catch (error) {
        remark("trouble", sentence(error));
      }
    }
    working = false;
    sent = 0;
    box.hidden = true;
  }

  /** @param {Job} job */
  async function follow(job) {
    while (job.state === "waiting" || job.state === "running") {
      draw(job);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      job = await look(job.id);
    }
    draw(job);
    tell(job);
    done();
  }

  /** @param {Job} job */
  function draw(job) {
    const share = job.passages_total ? job.passages_done / job.passages_total : 0;
    const of = job.documents_total === 1 ? share : job.documents_done / job.documents_total;
    bar.max = sent + line.length;
    bar.value = sent - 1 + Math.min(1, of);
    byId("intake-line").textContent = words().say("knowledge.going", {
      source: job.source,
      done: job.documents_total === 1 ? sent : job.documents_done,
      total: job.documents_total === 1 ? sent + line.length : job.documents_total,
      passages: job.passages_done,
      all: job.passages_total,
    });
  }

  /** What is worth reading afterwards. @param {Job} job */
  function tell(job) {
    if (job.trouble) remark("trouble", job.trouble);
    for (const { source, reason } of job.skipped) remark("trouble", words().say("knowledge.skipped", { source, reason }));
    for (const source of job.unchanged) remark("info", words().say("knowledge.unchanged", { source }));
    for (const source of job.added) remark("info", words().say("knowledge.added", { source }));
    for (const twin of job.twins) {
      const values = { one: twin.passage_id, other: twin.other_passage_id, share: Math.round(100 * twin.likeness) };
      remark("warning", words().say("knowledge.twin", values));
    }
  }

  /** @param {string} level @param {string} said */
  function remark(level, said) {
    byId("remarks").prepend(
      make(
        "li",
        { class: "notice", "data-level": level, "data-testid": "remark" },
        level !== "info" && icon("warning"),
        make("span", { dir: "auto" }, said),
      ),
    );
  }

  return {
    /** Send these, one after another. @param {(() => Promise<Job>)[]} orders */
    take(orders) {
      line = [...line, ...orders];
      if (!working) work();
    },
    busy: () => working,
  };
}
