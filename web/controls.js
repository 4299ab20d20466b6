// What one can do to the others of a call: hold, keys, hand-over, recording; and how good the lines are.

import { byId } from "./panels/element.js";
import { handOverPanel } from "./panels/handover.js";
import { holdPanel } from "./panels/hold.js";
import { keypadPanel } from "./panels/keypad.js";
import { qualityPanel } from "./panels/quality.js";
import { recordingPanel } from "./panels/recording.js";
import { nameOf } from "./panels/speakers.js";

/** @typedef {import("./story/story.js").View} View */
/** @typedef {{seat: import("./wires/peer.js").Seat, line: import("./wires/line.js").Line}} Place */

/** The server measures every second or so; a line does not change faster. */
const QUALITY_EVERY_SECONDS = 5;

/**
 * @param {object} options
 * @param {import("./frame.js").Frame} options.frame
 * @param {() => Place | null} options.place Where this page is; null outside a call.
 * @param {() => View} options.view
 */
export function openControls({ frame, place, view }) {
  const { api, words } = frame;
  const status = byId("dock-status");
  const hold = holdPanel(words, (legId, held) =>
    ask((id, token) => api.hold(id, legId, held, token)),
  );
  const keypad = keypadPanel(words, (keys) => {
    const legId = telephone()?.id;
    return legId ? ask((id, token) => api.keys(id, legId, keys, token)) : Promise.reject(new Error("nobody"));
  });
  const handOver = handOverPanel(words, async (to, note) => {
    await frame
      .withKey(() => order((id, token, by) => api.handOver(id, { ...to, by, note }, token)))
      .catch((error) => {
        throw new Error(frame.sentence(error, "hand_over"));
      });
    const who = "phone_number" in to ? to.phone_number : to.speaker_id;
    say("busy", words().say("handOver.ringing", { who }));
  });
  const recording = recordingPanel(words, (action) => ask((id, token) => api.record(id, action, token)));
  const quality = qualityPanel(words);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** The others who are in the call now. */
  function others() {
    const here = place();
    const mine = here?.line.legId();
    return view().legs.filter(
      ({ id, speaker, present }) => present && id !== mine && speaker?.id !== here?.seat.speaker.id,
    );
  }

  const telephone = () => others().findLast(({ transport }) => transport === "twilio") ?? null;

  /** @template Result @param {(id: string, token: string, legId: string) => Promise<Result>} act */
  async function order(act) {
    const here = place();
    if (!here) throw new Error("outside a call");
    return act(here.seat.sessionId, here.seat.token, here.line.legId());
  }

  /** Do it, and say in the dock what went wrong. @param {(id: string, token: string) => Promise<unknown>} act */
  async function ask(act) {
    say("", "");
    try {
      await frame.withKey(() => order(act));
    } catch (error) {
      say("wrong", frame.sentence(error));
      throw error;
    }
  }

  /** @param {string} state @param {string} sentence */
  function say(state, sentence) {
    status.dataset.state = state;
    status.textContent = sentence;
  }

  function draw() {
    const present = others();
    const called = telephone();
    hold.draw(view(), present);
    keypad.draw(called ? nameOf(words(), called.speaker) : null);
    handOver.draw(present.length > 0);
    recording.draw(view().recording);
  }

  async function measure() {
    const here = place();
    if (!here) return;
    const { sessionId, token } = here.seat;
    const [own, state] = await Promise.all([
      here.line.quality().catch(() => null),
      api.state(sessionId, token).catch(() => null),
    ]);
    if (place()?.line !== here.line) return;
    const mine = here.line.legId();
    const legs = (state?.legs ?? []).flatMap(({ leg_id, speaker_name: name, speaker_role: role = "", quality: seen }) => {
      const who = leg_id === mine ? words().say("quality.me") : nameOf(words(), { role, name });
      return seen ? [{ who, quality: seen }] : [];
    });
    quality.draw([...(own ? [{ who: words().say("quality.me"), quality: own }] : []), ...legs]);
    timer = setTimeout(measure, QUALITY_EVERY_SECONDS * 1000);
  }

  return {
    draw,
    /** A call has begun. */
    start() {
      clearTimeout(timer);
      keypad.clear();
      quality.draw([]);
      say("", "");
      draw();
      measure();
    },
    stop() {
      clearTimeout(timer);
      recording.draw("off");
      for (const sheet of document.querySelectorAll(":popover-open")) /** @type {HTMLElement} */ (sheet).hidePopover();
    },
  };
}
