// How good the lines are: one word for the worst of them, and the figures of each for the asking.

import { gradeOf, worstOf } from "../story/quality.js";
import { percent, stretch } from "../words/figures.js";
import { buttonById, byId, make } from "./element.js";
import { placeOver } from "./popovers.js";

/** @typedef {import("../story/quality.js").LineQuality} LineQuality */

/** @param {() => import("../words/words.js").Words} words */
export function qualityPanel(words) {
  const chip = buttonById("quality");
  placeOver("quality-more", "quality");
  return {
    /** @param {{who: string, quality: LineQuality}[]} lines Those that can be told. */
    draw(lines) {
      const grade = worstOf(lines.map(({ quality }) => quality));
      chip.hidden = grade === null;
      if (grade === null) return;
      chip.dataset.grade = grade;
      byId("quality-word").textContent = words().say(`quality.${grade}`);
      byId("quality-list").replaceChildren(
        ...lines.map(({ who, quality }) =>
          make(
            "li",
            { "data-grade": gradeOf(quality) },
            words().say("quality.figures", {
              who,
              loss: percent(quality.loss),
              jitter: stretch(quality.jitter_ms / 1000),
              roundTrip: quality.round_trip_ms === null ? "–" : stretch(quality.round_trip_ms / 1000),
            }),
          ),
        ),
      );
    },
  };
}
