// A browser's line into a call: the peer, rejoined when it breaks; and the feed, while the data channel is dead.

import { DoorError } from "./api.js";
import { feedAddress, openFeed } from "./feed.js";
import { connectPeer } from "./peer.js";

/** Seconds between two attempts to rejoin; a server that starts anew is back in a few, so the pauses stay short.
 * Law: no refused connection and no 503 ends the trying; only a call that is over does. */
const REJOIN_PAUSES = [0.5, 1, 1, 2, 2, 4, 4, 8];
/** What a door answers for a call that is over: nothing is left to come back to. */
const OVER = [404, 409, 410];
/** A channel that is not open by then is taken for dead. */
const CHANNEL_SECONDS = 4;
/** "disconnected" often heals by itself. */
const HEAL_SECONDS = 4;

/** @typedef {"connecting" | "connected" | "reconnecting" | "words_only" | "lost" | "ended"} LineState */
/** @typedef {import("./peer.js").Seat} Seat */

/**
 * @typedef {object} Line
 * @property {() => Promise<void>} join Throws when the first offer is refused.
 * @property {(message: object) => boolean} send
 * @property {() => void} again Something of the story is missing: fetch it by the feed.
 * @property {(track: MediaStreamTrack) => Promise<void>} speakWith
 * @property {() => Promise<number>} lossRatio
 * @property {() => Promise<import("./api.js").LineQuality | null>} quality Null while no sound comes.
 * @property {() => string} legId The one this browser has now; empty while it has none.
 * @property {() => void} lastWords The leg will go: listen to the story's end by the feed.
 * @property {() => Promise<void>} close Leave the call and fall silent.
 */

/**
 * @param {object} options
 * @param {import("./api.js").Doors} options.doors
 * @param {string} options.origin
 * @param {Seat} options.seat
 * @param {() => MediaStreamTrack | null} options.track
 * @param {() => number} options.cursor The last seq taken in.
 * @param {(text: string) => void} options.onMessage
 * @param {(state: LineState) => void} options.onState
 * @param {(stream: MediaStream) => void} options.onSound
 * @returns {Line}
 */
export function openLine({ doors, origin, seat, track, cursor, onMessage, onState, onSound }) {
  /** @type {import("./peer.js").Peer | null} */
  let peer = null;
  /** Counts the attempts: what an abandoned peer still says is not heard. */
  let era = 0;
  let leaving = false;
  let closed = false;
  let channelOpen = false;
  let feedOpen = false;
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  const timers = new Set();

  const feed = openFeed({
    address: () => feedAddress(origin, seat.sessionId, seat.token, cursor(), seat.speaker.id),
    onMessage,
    onState: (open) => {
      feedOpen = open;
      if (!closed && !leaving && !sounding()) onState(open ? "words_only" : "reconnecting");
    },
  });

  let state = /** @type {RTCPeerConnectionState} */ ("new");
  const sounding = () => state === "connected";

  /** @param {number} seconds @param {() => void} then */
  function later(seconds, then) {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!closed) then();
    }, seconds * 1000);
    timers.add(timer);
  }

  async function connect() {
    era += 1;
    const mine = era;
    const current = (/** @type {() => void} */ act) => {
      if (mine === era && !closed) act();
    };
    channelOpen = false;
    const made = await connectPeer({
      doors,
      seat,
      track: track(),
      cursor,
      events: {
        onMessage: (text) => current(() => onMessage(text)),
        onChannel: (open) => current(() => channelChanged(open)),
        onState: (now) => current(() => stateChanged(now, mine)),
        onSound: (stream) => current(() => onSound(stream)),
      },
    });
    if (mine !== era || closed) {
      made.close();
      return;
    }
    peer = made;
    later(CHANNEL_SECONDS, () => {
      if (mine === era && !channelOpen) feed.start();
    });
  }

  /** @param {boolean} open */
  function channelChanged(open) {
    channelOpen = open;
    if (open) feed.stop();
    else feed.start();
  }

  /** @param {RTCPeerConnectionState} now @param {number} mine */
  function stateChanged(now, mine) {
    state = now;
    if (leaving) return;
    if (now === "connected") onState("connected");
    if (now === "disconnected") {
      onState(feedOpen ? "words_only" : "reconnecting");
      later(HEAL_SECONDS, () => {
        if (mine === era && state === "disconnected") rejoin(0);
      });
    }
    if (now === "failed" || now === "closed") rejoin(0);
  }

  /** @param {number} attempt */
  function rejoin(attempt) {
    era += 1;
    peer?.close();
    peer = null;
    state = "closed";
    feed.start();
    onState(feedOpen ? "words_only" : "reconnecting");
    later(REJOIN_PAUSES[Math.min(attempt, REJOIN_PAUSES.length - 1)], () => {
      connect().catch((error) => {
        if (closed) return;
        if (error instanceof DoorError && OVER.includes(error.status)) giveUp();
        else rejoin(attempt + 1);
      });
    });
  }

  function giveUp() {
    feed.stop();
    onState("lost");
  }

  return {
    join: () => {
      onState("connecting");
      return connect();
    },
    send: (message) => {
      const text = JSON.stringify(message);
      return Boolean(peer?.send(text)) || feed.send(text);
    },
    again: () => feed.again(),
    speakWith: async (other) => peer?.speakWith(other),
    lossRatio: async () => (peer && sounding() ? peer.lossRatio() : 0),
    quality: async () => (peer && sounding() ? peer.quality() : null),
    legId: () => peer?.legId ?? "",
    lastWords: () => {
      leaving = true;
      feed.start();
    },
    close: async () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      feed.stop();
      const last = peer;
      peer = null;
      last?.close();
      onState("ended");
      if (last) await doors.leave(last.legId, seat.token).catch(() => undefined);
    },
  };
}
