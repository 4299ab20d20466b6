import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { DoorError } from "../../web/wires/api.js";
import { openLine } from "../../web/wires/line.js";

/** A peer connection that stands as soon as the server has answered. */
class Peer {
  static all = [];
  iceGatheringState = "complete";
  connectionState = "new";
  localDescription = { sdp: "v=0", type: "offer" };
  constructor() {
    Peer.all.push(this);
  }
  createDataChannel() {
    return { readyState: "connecting", close() {} };
  }
  addTransceiver() {
    return { sender: {} };
  }
  addEventListener() {}
  removeEventListener() {}
  async setLocalDescription() {}
  async setRemoteDescription() {
    this.become("connected");
  }
  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  close() {}
}

/** Lets every promise that can go on go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function pass(seconds) {
  for (let passed = 0; passed < seconds; passed += 0.5) {
    mock.timers.tick(500);
    await settled();
  }
}

/** A line into a call of a server that answers as `answer` says. */
function lineTo(answer) {
  const states = [];
  const offers = [];
  const line = openLine({
    doors: {
      iceServers: async () => answer(),
      offer: async () => {
        offers.push(1);
        return { leg_id: `leg-${offers.length}`, sdp: "v=0", type: "answer" };
      },
      leave: async () => undefined,
    },
    origin: "http://localhost",
    seat: { sessionId: "session_x", token: "t", role: "rep", speaker: { id: "rep-1", name: "" } },
    track: () => null,
    cursor: () => 0,
    onMessage: () => undefined,
    onState: (state) => states.push(state),
    onSound: () => undefined,
  });
  return { line, states, offers };
}

const refuse = (status, code) => {
  throw new DoorError(status, code, "");
};

beforeEach(() => {
  Peer.all = [];
  globalThis.RTCPeerConnection = Peer;
  globalThis.WebSocket = class {
    close() {}
  };
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});
afterEach(() => mock.timers.reset());

test("a server that is away for a while is rejoined when it is back, whatever it answered meanwhile", async () => {
  let answer = () => [];
  const { line, states, offers } = lineTo(() => answer());
  await line.join();
  assert.equal(states.at(-1), "connected");

  answer = () => refuse(0, "unreachable");
  Peer.all.at(-1).become("failed");
  await pass(25);
  answer = () => refuse(503, "not_ready");
  await pass(40);
  assert.equal(states.at(-1), "reconnecting");
  assert.equal(states.includes("lost"), false);
  assert.equal(offers.length, 1);

  answer = () => [];
  await pass(9);
  assert.equal(states.at(-1), "connected");
  assert.equal(offers.length, 2);
  await line.close();
});

test("a restart of four seconds is over for the caller two seconds after the server is back", async () => {
  let answer = () => [];
  const { line, states } = lineTo(() => answer());
  await line.join();
  answer = () => refuse(0, "unreachable");
  Peer.all.at(-1).become("failed");
  await pass(4);
  answer = () => [];
  await pass(2.5);
  assert.equal(states.at(-1), "connected");
  await line.close();
});

for (const status of [404, 409, 410]) {
  test(`a call that the server calls over (${status}) is not rejoined`, async () => {
    let asked = 0;
    let over = false;
    const { line, states } = lineTo(() => {
      asked += 1;
      return over ? refuse(status, "call_over") : [];
    });
    await line.join();
    over = true;
    Peer.all.at(-1).become("failed");
    await pass(3);
    assert.equal(states.at(-1), "lost");
    const before = asked;
    await pass(60);
    assert.equal(asked, before);
    await line.close();
  });
}
