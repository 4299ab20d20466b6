import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { feedAddress, openFeed } from "../../web/wires/feed.js";

/** Sockets that do nothing by themselves. */
function scene() {
  const sockets = [];
  const heard = [];
  const states = [];
  let cursor = 0;
  const feed = openFeed({
    address: () => `ws://house/?after=${cursor}`,
    onMessage: (text) => {
      heard.push(text);
      cursor += 1;
    },
    onState: (open) => states.push(open),
    open: (url) => {
      const socket = {
        url,
        readyState: 1,
        sent: [],
        send: (text) => socket.sent.push(text),
        close: () => socket.onclose?.(),
      };
      sockets.push(socket);
      return /** @type {any} */ (socket);
    },
  });
  return { feed, sockets, heard, states };
}

test("the address carries cursor, token and speaker, and the page's own security", () => {
  const address = new URL(feedAddress("https://desk.example", "a b", "t+k", 7, "rep-1"));
  assert.equal(address.protocol, "wss:");
  assert.equal(address.pathname, "/calls/a%20b/events");
  assert.deepEqual(Object.fromEntries(address.searchParams), { after: "7", token: "t+k", speaker: "rep-1" });
});

test("a feed that loses its socket comes back with the last number it saw", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { feed, sockets, heard, states } = scene();
  feed.start();
  sockets[0].onopen();
  sockets[0].onmessage({ data: "one" });
  sockets[0].onmessage({ data: "two" });
  sockets[0].onclose();
  mock.timers.tick(500);
  assert.deepEqual(
    sockets.map(({ url }) => url),
    ["ws://house/?after=0", "ws://house/?after=2"],
  );
  assert.deepEqual(heard, ["one", "two"]);
  assert.deepEqual(states, [true, false]);
  feed.stop();
  mock.timers.reset();
});

test("pauses grow while nobody answers, and a stopped feed stays silent", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { feed, sockets } = scene();
  feed.start();
  feed.start();
  for (const pause of [500, 1000, 2000, 4000, 8000, 8000]) {
    sockets.at(-1).onclose();
    mock.timers.tick(pause - 1);
    const before = sockets.length;
    mock.timers.tick(1);
    assert.equal(sockets.length, before + 1, `${pause} ms`);
  }
  feed.stop();
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 7);
  assert.equal(feed.send("x"), false);
  mock.timers.reset();
});

test("asked again, it opens a new socket at once and hears nothing of the old one", () => {
  const { feed, sockets, states } = scene();
  feed.start();
  sockets[0].onopen();
  feed.again();
  assert.equal(sockets.length, 2);
  assert.deepEqual(states, [true]);
  assert.equal(feed.send("up"), true);
  assert.deepEqual(sockets[1].sent, ["up"]);
  feed.stop();
});
