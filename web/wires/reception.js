// The reception's socket: this page waits for calls, is rung, and takes or declines them; reconnected until it is left.

const FIRST_PAUSE = 0.5;
const LONGEST_PAUSE = 8;
/** After this long without trouble the next pause is short again. */
const STEADY_SECONDS = 10;

/** @typedef {"off" | "connecting" | "open" | "reconnecting"} WaitingState */
/** @typedef {{call: string, playbook: string, language: string, from: string, note: string, seconds: number}} Ring */
/** @typedef {{call: string, reason: string}} Stop */
/** @typedef {{call: string, token: string, token_seconds: number, playbook: string, language: string}} Accepted */

/**
 * @param {object} options
 * @param {() => string} options.address
 * @param {(state: WaitingState) => void} options.onState
 * @param {(ring: Ring) => void} options.onRing
 * @param {(stop: Stop) => void} options.onStop
 * @param {(accepted: Accepted) => void} options.onAccepted
 * @param {(address: string) => WebSocket} [options.open]
 */
export function openReception({ address, onState, onRing, onStop, onAccepted, open = (url) => new WebSocket(url) }) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let pause = FIRST_PAUSE;
  let wanted = false;
  let available = true;

  function connect() {
    const opened = Date.now();
    const current = open(address());
    socket = current;
    current.onopen = () => {
      if (!available) send({ type: "available", available });
      onState("open");
    };
    current.onmessage = ({ data }) => {
      if (socket === current) take(readMessage(data));
    };
    current.onclose = () => {
      if (socket !== current) return;
      socket = null;
      onState("reconnecting");
      if (Date.now() - opened > STEADY_SECONDS * 1000) pause = FIRST_PAUSE;
      timer = setTimeout(connect, pause * 1000);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  }

  /** @param {any} message */
  function take(message) {
    if (message?.type === "ring") onRing(message);
    if (message?.type === "stop") onStop(message);
    if (message?.type === "accepted") onAccepted(message);
  }

  /** @param {object} message */
  function send(message) {
    if (socket?.readyState !== 1) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  return {
    start: () => {
      if (wanted) return;
      wanted = true;
      pause = FIRST_PAUSE;
      onState("connecting");
      connect();
    },
    stop: () => {
      wanted = false;
      clearTimeout(timer);
      const last = socket;
      socket = null;
      last?.close();
      onState("off");
    },
    /** @param {string} call */
    accept: (call) => send({ type: "accept", call }),
    /** @param {string} call */
    decline: (call) => send({ type: "decline", call }),
    /** Somebody in a call is not rung; said again after a reconnection. @param {boolean} free */
    setAvailable: (free) => {
      available = free;
      send({ type: "available", available });
    },
  };
}

/** A message of the reception that has what the page needs; null for anything else. @param {unknown} text */
export function readMessage(text) {
  try {
    const message = JSON.parse(String(text));
    const lacks = message?.type === "accepted" && typeof message.token !== "string";
    return typeof message?.call === "string" && message.call && !lacks ? message : null;
  } catch {
    return null;
  }
}

/** @param {string} origin The page's, http or https. @param {{id: string, name: string, role: string}} person
 * @param {string} key The house's, empty when none was given. */
export function receptionAddress(origin, { id, name, role }, key) {
  const query = new URLSearchParams({ role, speaker: id, name, ...(key ? { token: key } : {}) });
  return `${origin.replace(/^http/, "ws")}/reception?${query}`;
}
