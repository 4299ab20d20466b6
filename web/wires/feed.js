// The events socket: the story from a cursor, reconnected until the call is over.

const FIRST_PAUSE = 0.5;
const LONGEST_PAUSE = 8;
/** After this long without trouble the next pause is short again. */
const STEADY_SECONDS = 10;

/**
 * @typedef {object} Feed
 * @property {() => void} start Connect and stay connected; harmless when it already is.
 * @property {() => void} stop
 * @property {() => void} again The server's next word is not the one expected: ask from the cursor once more.
 * @property {(text: string) => boolean} send False when the socket is not open.
 */

/**
 * @param {object} options
 * @param {() => string} options.address The socket's address, with the cursor as it is now.
 * @param {(text: string) => void} options.onMessage
 * @param {(open: boolean) => void} options.onState
 * @param {(address: string) => WebSocket} [options.open]
 * @returns {Feed}
 */
export function openFeed({ address, onMessage, onState, open = (url) => new WebSocket(url) }) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let pause = FIRST_PAUSE;
  let wanted = false;

  function connect() {
    const opened = Date.now();
    const current = open(address());
    socket = current;
    current.onopen = () => onState(true);
    current.onmessage = ({ data }) => onMessage(String(data));
    current.onclose = () => {
      if (socket !== current) return;
      socket = null;
      onState(false);
      if (!wanted) return;
      if (Date.now() - opened > STEADY_SECONDS * 1000) pause = FIRST_PAUSE;
      timer = setTimeout(connect, pause * 1000);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  }

  function drop() {
    clearTimeout(timer);
    const last = socket;
    socket = null;
    last?.close();
  }

  return {
    start: () => {
      if (wanted) return;
      wanted = true;
      pause = FIRST_PAUSE;
      connect();
    },
    stop: () => {
      wanted = false;
      drop();
    },
    again: () => {
      drop();
      wanted = true;
      connect();
    },
    send: (text) => {
      if (socket?.readyState !== 1) return false;
      socket.send(text);
      return true;
    },
  };
}

/** @param {string} origin The page's, http or https. @param {string} sessionId @param {string} token
 * @param {number} after
 * @param {string} [speaker] Who rates insights there. */
export function feedAddress(origin, sessionId, token, after, speaker = "") {
  const query = new URLSearchParams({ after: String(after), token, speaker });
  return `${origin.replace(/^http/, "ws")}/calls/${encodeURIComponent(sessionId)}/events?${query}`;
}
