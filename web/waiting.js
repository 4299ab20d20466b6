// Waiting for calls: while the switch is on this page is rung, and a call that is taken is entered.

import { buttonById, byId, inputById } from "./panels/element.js";
import { ringsPanel } from "./panels/rings.js";
import { visitorId } from "./ticket.js";
import { openBell } from "./wires/bell.js";
import { openReception, receptionAddress } from "./wires/reception.js";

/** @typedef {import("./wires/reception.js").Accepted} Accepted */
/** @typedef {import("./wires/reception.js").WaitingState} WaitingState */

const FLASH_SECONDS = 1;

/**
 * @param {object} options
 * @param {import("./frame.js").Frame} options.frame
 * @param {() => string} options.role Whose calls ring here: "rep" or "support_agent".
 * @param {(accepted: Accepted, name: string) => Promise<void>} options.onAccepted What it throws is shown.
 */
export function openWaiting({ frame, role, onAccepted }) {
  const { words } = frame;
  const button = buttonById("waiting");
  const status = byId("waiting-status");
  const bell = openBell();
  let state = /** @type {WaitingState} */ ("off");
  let news = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let flashing;
  let title = "";

  const reception = openReception({
    address: () => {
      const person = { id: visitorId(role()), name: inputById("name").value.trim(), role: role() };
      return receptionAddress(location.origin, person, frame.key());
    },
    onState: (now) => {
      state = now;
      news = "";
      if (now !== "open") rings.clear();
      draw();
    },
    onRing: (ring) => {
      news = "";
      rings.add(ring);
      draw();
    },
    onStop: ({ call, reason }) => {
      if (rings.remove(call)) news = words().sayOr(`waiting.${reason}`, "");
      draw();
    },
    onAccepted: async (accepted) => {
      rings.clear();
      news = words().say("waiting.accepting");
      draw();
      news = await onAccepted(accepted, inputById("name").value.trim()).then(
        () => "",
        (error) => frame.sentence(error),
      );
      draw();
    },
  });
  const rings = ringsPanel(words, {
    onAccept: (call) => reception.accept(call),
    onDecline: (call) => {
      reception.decline(call);
      rings.remove(call);
    },
    onChange: alarm,
  });

  /** Ring and flash while there is something to take. @param {boolean} ringing */
  function alarm(ringing) {
    if (!ringing) {
      bell.stop();
      clearInterval(flashing);
      if (flashing !== undefined) document.title = title;
      flashing = undefined;
      return;
    }
    bell.ring();
    if (flashing !== undefined) return;
    title = document.title;
    const flash = () => {
      document.title = document.title === title ? words().say("waiting.flash") : title;
    };
    flash();
    flashing = setInterval(flash, FLASH_SECONDS * 1000);
  }

  button.addEventListener("click", async () => {
    if (state !== "off") {
      reception.stop();
      return;
    }
    // The click is what lets this page ring later.
    bell.ready();
    await frame.withKey(() => frame.api.mayWait()).then(reception.start, (error) => {
      news = frame.sentence(error);
      draw();
    });
  });

  function draw() {
    button.setAttribute("aria-checked", String(state !== "off"));
    status.dataset.state = state;
    status.textContent = news || words().say(`waiting.${state}`);
    rings.draw();
  }

  return {
    draw,
    /** In a call one is not rung. @param {boolean} free */
    setAvailable(free) {
      if (!free) rings.clear();
      reception.setAvailable(free);
    },
    /** Another playbook: other people's calls. */
    roleChanged() {
      if (state === "off") return;
      reception.stop();
      reception.start();
    },
  };
}
