// Putting the others on hold and taking them back; and the banner that says what holds meanwhile.

import { quietReason } from "../story/story.js";
import { buttonById, byId, make } from "./element.js";
import { placeOver } from "./popovers.js";
import { nameOf } from "./speakers.js";

/** @typedef {import("../story/story.js").View} View */
/** @typedef {import("../story/story.js").LegView} LegView */

/**
 * @param {() => import("../words/words.js").Words} words
 * @param {(legId: string, held: boolean) => Promise<void>} onHold
 */
export function holdPanel(words, onHold) {
  const button = buttonById("hold");
  const sheet = byId("hold-more");
  const banner = byId("banner");
  /** @type {LegView[]} */
  let others = [];
  /** @type {string[]} */
  let held = [];
  let busy = false;
  placeOver("hold-more", "hold");

  button.addEventListener("click", () => {
    // With one other there is nothing to choose.
    if (others.length === 1) turn([others[0]]);
    else sheet.togglePopover();
  });
  buttonById("banner-act").addEventListener("click", () => turn(others.filter(isHeld)));

  /** @param {LegView} leg */
  const isHeld = ({ id }) => held.includes(id);

  /** @param {LegView[]} legs */
  async function turn(legs) {
    busy = true;
    drawButton();
    for (const leg of legs) await onHold(leg.id, !isHeld(leg)).catch(() => undefined);
    busy = false;
    drawButton();
  }

  function drawButton() {
    const anyHeld = held.length > 0;
    button.disabled = busy || others.length === 0;
    button.setAttribute("aria-pressed", String(anyHeld));
    const who = others.map((leg) => nameOf(words(), leg.speaker)).join(", ");
    const sentence = words().say(anyHeld ? "hold.takeWhom" : "hold.holdWhom", { who });
    button.setAttribute("aria-label", sentence);
    button.title = sentence;
    byId("hold-label").textContent = words().say(anyHeld ? "tile.take" : "tile.hold");
  }

  function drawList() {
    byId("hold-list").replaceChildren(
      ...others.map((leg) => {
        const who = nameOf(words(), leg.speaker);
        const key = isHeld(leg) ? "hold.takeWhom" : "hold.holdWhom";
        const act = make("button", { type: "button", class: "bordered", "data-leg": leg.id }, words().say(key, { who }));
        act.addEventListener("click", () => turn([leg]));
        return make("li", {}, act);
      }),
    );
    if (others.length < 2 && sheet.matches(":popover-open")) sheet.hidePopover();
  }

  /** @param {View} view */
  function drawBanner(view) {
    const reason = quietReason(view);
    banner.hidden = !reason || Boolean(view.ended);
    if (banner.hidden) return;
    const onHold = reason === "on_hold";
    const held = view.legs.filter(({ id }) => view.held.includes(id));
    const who = held.map((leg) => nameOf(words(), leg.speaker)).join(", ");
    banner.dataset.reason = reason;
    byId("banner-title").textContent = words().say(onHold ? "hold.banner" : "machine.banner", { who });
    byId("banner-lead").textContent = words().say(onHold ? "hold.bannerLead" : "machine.bannerLead");
    buttonById("banner-act").hidden = !onHold || !others.some(isHeld);
  }

  return {
    /** @param {View} view @param {LegView[]} present The others, as they are in the call now. */
    draw(view, present) {
      others = present;
      held = view.held;
      drawButton();
      drawList();
      drawBanner(view);
    },
  };
}
