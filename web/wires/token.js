// A call's token lives for a while only: a fresh one is asked for at half its life, so that long calls stay open.

const AGAIN_SECONDS = 30;

/**
 * @param {object} options
 * @param {import("./api.js").Doors} options.doors
 * @param {() => {sessionId: string, token: string}} options.held
 * @param {number} options.life Seconds the token at hand lives; 0 when it is not known.
 * @param {(token: string) => void} options.onFresh
 * @returns {() => void} Call it when the token is needed no more.
 */
export function keepFresh({ doors, held, life, onFresh }) {
  let stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {number} seconds */
  function later(seconds) {
    timer = setTimeout(renew, seconds * 1000);
  }

  async function renew() {
    const { sessionId, token } = held();
    const answer = await doors.freshToken(sessionId, token).catch(() => null);
    if (stopped) return;
    if (answer) onFresh(answer.token);
    later(answer ? answer.token_seconds / 2 : AGAIN_SECONDS);
  }

  later(life / 2);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
