// The desk of a call, the same on both pages: envelopes folded into one view, the view drawn by the panels.

import { openAcknowledgement } from "./acknowledgement.js";
import { byId } from "./panels/element.js";
import { checklistPanel } from "./panels/checklist.js";
import { contextPanel } from "./panels/context.js";
import { draftPanel } from "./panels/draft.js";
import { figuresPanel } from "./panels/figures.js";
import { insightsPanel } from "./panels/insights.js";
import { noticesOf, noticesPanel } from "./panels/notices.js";
import { profilePanel } from "./panels/profile.js";
import { snoozePanel } from "./panels/snooze.js";
import { spendingPanel } from "./panels/spending.js";
import { transcriptPanel } from "./panels/transcript.js";
import { NONE, readCaption, withCaption, withoutSaid } from "./story/captions.js";
import { readDraft, stillOpen } from "./story/drafts.js";
import { readEnvelope } from "./story/envelope.js";
import { after, BLANK, placeOf } from "./story/story.js";
import { clock } from "./words/figures.js";

/** @typedef {import("./story/story.js").View} View */
/** @typedef {import("./story/envelope.js").Envelope} Envelope */
/** @typedef {import("./words/words.js").Words} Words */

/** The story is fetched again at most this often when something of it is missing. */
const AGAIN_SECONDS = 2;
const seconds = () => performance.now() / 1000;

/**
 * @param {object} options
 * @param {() => Words} options.words
 * @param {((insightId: string, rating: string) => void) | null} options.onRate
 * @param {((seconds: number) => void) | null} [options.onSnooze] Null: nobody quiets the coach here.
 * @param {(envelope: Envelope, view: View) => void} options.onFact A fact was taken in.
 * @param {() => void} options.onGap Something is missing before what came.
 * @param {(message: object) => boolean} options.onSay Say something up the wire; false when there is none.
 */
export function openDesk({ words, onRate, onSnooze = null, onFact, onGap, onSay }) {
  const transcript = transcriptPanel(words);
  const insights = insightsPanel(words, onRate);
  const sketch = draftPanel(words);
  const spending = spendingPanel(words);
  const context = contextPanel(words);
  const checklist = document.getElementById("checklist") && checklistPanel(words);
  const profile = document.getElementById("profile") && profilePanel(words);
  const figures = figuresPanel(words);
  const notices = noticesPanel(words);
  const snooze = onSnooze && snoozePanel(words, onSnooze);
  const timer = byId("timer");
  const acknowledgement = openAcknowledgement(onSay);
  let view = BLANK;
  /** What is being said now. */
  let captions = NONE;
  /** The tip that is being written now. @type {import("./story/drafts.js").Draft | null} */
  let draft = null;
  let callId = "";
  /** @type {string[]} */
  let codes = [];
  /** Call time minus this page's time; the largest seen is that of the message that came fastest. */
  let offset = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let waiting = false;

  function draw() {
    waiting = false;
    transcript.draw(view, captions);
    insights.draw(view);
    sketch.draw(draft);
    spending.draw(view);
    acknowledgement.drawn();
    context.draw(view);
    checklist?.draw(view);
    profile?.draw(view);
    figures.draw(view);
    snooze?.draw(view, now());
    notices.draw(noticesOf(view, codes, words()));
  }

  /** Seconds since the call began; not a number while nothing was told of it. */
  function now() {
    return view.ended ? view.ended.seconds : seconds() + offset;
  }

  function drawSoon() {
    if (waiting) return;
    waiting = true;
    // A timer and not a painted frame: cards must be there when somebody comes back to a hidden tab.
    setTimeout(draw, 10);
  }

  function clear() {
    transcript.clear();
    insights.clear();
    context.clear();
    figures.clear();
  }

  /** @param {string} text */
  function takeBeside(text) {
    const said = readCaption(text);
    const tip = readDraft(text);
    if ((said ?? tip)?.call !== callId) return;
    if (said) captions = withCaption(captions, said.caption, view);
    if (tip) draft = stillOpen(tip.draft, view);
    drawSoon();
  }

  return {
    view: () => view,
    /** @param {string} id */
    open(id) {
      view = BLANK;
      captions = NONE;
      draft = null;
      callId = id;
      acknowledgement.open(id);
      codes = [];
      offset = Number.NEGATIVE_INFINITY;
      clear();
      draw();
      timer.hidden = false;
    },
    /** A message of a wire. @param {string} text */
    take(text) {
      if (acknowledgement.take(text)) return;
      const envelope = readEnvelope(text);
      if (!envelope) takeBeside(text);
      if (!envelope || envelope.call !== callId) return;
      const place = placeOf(view, envelope);
      if (place === "gap" && seconds() - askedAt > AGAIN_SECONDS) {
        askedAt = seconds();
        onGap();
      }
      if (place !== "next") return;
      view = after(view, envelope);
      captions = withoutSaid(captions, view);
      draft = stillOpen(draft, view);
      offset = Math.max(offset, envelope.at - seconds());
      acknowledgement.came(envelope);
      onFact(envelope, view);
      drawSoon();
    },
    /** The wire was changed: the next one tells what is being said, and written, from scratch. */
    forgetCaptions() {
      captions = NONE;
      draft = null;
      drawSoon();
    },
    /** The view was changed beside the story: by a rating that is under way, or a poll.
     * @param {(view: View) => View} change */
    amend(change) {
      view = change(view);
      drawSoon();
    },
    /** @param {string[]} seen Codes from story/watch.js. */
    notice(seen) {
      if (String(seen) !== String(codes)) {
        codes = seen;
        drawSoon();
      }
    },
    tick() {
      if (!view.ended) acknowledgement.tick();
      timer.textContent = clock(Number.isFinite(now()) ? now() : 0);
      snooze?.draw(view, now());
    },
    /** Another language. */
    redraw() {
      clear();
      draw();
    },
  };
}

/** @typedef {ReturnType<typeof openDesk>} Desk */
