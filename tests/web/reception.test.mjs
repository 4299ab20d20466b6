import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { openReception, readMessage, receptionAddress } from "../../web/wires/reception.js";

class Socket {
  static all = [];
  readyState = 1;
  sent = [];
  constructor() {
    Socket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.onclose?.();
  }
}

function waiting() {
  const told = { states: [], rings: [], stops: [], accepted: [] };
  const reception = openReception({
    address: () => "ws://here/reception",
    onState: (state) => told.states.push(state),
    onRing: (ring) => told.rings.push(ring.call),
    onStop: (stop) => told.stops.push(stop.reason),
    onAccepted: (accepted) => told.accepted.push(accepted.token),
    open: () => new Socket(),
  });
  return { reception, told };
}

beforeEach(() => {
  Socket.all = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});
afterEach(() => mock.timers.reset());

test("what rings, stops and was accepted is told; what has no form is not", () => {
  const { reception, told } = waiting();
  reception.start();
  const [socket] = Socket.all;
  socket.onopen();
  for (const message of [
    { type: "ring", call: "c1" },
    { type: "stop", call: "c1", reason: "taken" },
    { type: "accepted", call: "c1" },
    { type: "accepted", call: "c1", token: "t" },
    { type: "ring" },
  ])
    socket.onmessage({ data: JSON.stringify(message) });
  socket.onmessage({ data: "{" });
  assert.deepEqual(told.rings, ["c1"]);
  assert.deepEqual(told.stops, ["taken"]);
  assert.deepEqual(told.accepted, ["t"]);
  assert.equal(readMessage("null"), null);
});

test("a reception that breaks off is sought again with growing pauses, and told anew who is not available", () => {
  const { reception, told } = waiting();
  reception.start();
  Socket.all[0].onopen();
  reception.setAvailable(false);
  for (const pause of [500, 1000, 2000, 4000, 8000, 8000]) {
    const before = Socket.all.length;
    Socket.all.at(-1).close();
    mock.timers.tick(pause - 1);
    assert.equal(Socket.all.length, before);
    mock.timers.tick(1);
    assert.equal(Socket.all.length, before + 1);
  }
  Socket.all.at(-1).onopen();
  assert.deepEqual(Socket.all.at(-1).sent, [{ type: "available", available: false }]);
  assert.equal(told.states.at(-1), "open");
});

test("who stops waiting is not connected again", () => {
  const { reception, told } = waiting();
  reception.start();
  Socket.all[0].onopen();
  reception.stop();
  mock.timers.tick(60_000);
  assert.equal(Socket.all.length, 1);
  assert.equal(told.states.at(-1), "off");
  assert.equal(reception.accept("c1"), false);
});

test("the address says who waits, and has the key only where there is one", () => {
  const person = { id: "rep-1", name: "Noé & Co", role: "rep" };
  const address = new URL(receptionAddress("https://here", person, ""));
  assert.equal(address.protocol, "wss:");
  assert.equal(address.searchParams.get("name"), "Noé & Co");
  assert.equal(address.searchParams.has("token"), false);
  assert.equal(new URL(receptionAddress("http://here", person, "k")).searchParams.get("token"), "k");
});
