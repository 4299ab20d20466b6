// Who shares a microphone with whom. Pure.

/** @typedef {import("./story.js").View} View */
/** @typedef {import("./story.js").Speaker} Speaker */

/** Whose microphone somebody shares; empty: nobody's. @param {View} view @param {string} speakerId */
export function microphoneOf(view, speakerId) {
  const shared = view.legs.filter((leg) => leg.voices > 1 && leg.speaker);
  const leg = shared.find(({ speaker }) => speakerId === speaker?.id || speakerId.startsWith(`${speaker?.id}.`));
  return leg?.speaker?.id ?? "";
}

/** Everybody who has been heard or named on the microphone of this speaker. @param {View} view @param {string} speakerId
 * @returns {Speaker[]} */
export function companyOf(view, speakerId) {
  const microphone = microphoneOf(view, speakerId);
  if (!microphone) return [];
  const known = [...view.roster, ...view.utterances.map(({ speaker }) => speaker)];
  const beside = known.filter(({ id }) => microphoneOf(view, id) === microphone);
  return [...new Map(beside.map((speaker) => [speaker.id, speaker])).values()];
}
