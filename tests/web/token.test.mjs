import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { keepFresh } from "../../web/wires/token.js";

/** Let promises that have settled run on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a token is renewed at half its life, again when that fails, and not after it was let go", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  let away = false;
  const held = { sessionId: "c", token: "t0" };
  const stop = keepFresh({
    doors: /** @type {any} */ ({
      freshToken: async (id, token) => {
        asked.push([id, token]);
        if (away) throw new Error("away");
        return { token: `t${asked.length}`, token_seconds: 100 };
      },
    }),
    held: () => held,
    life: 60,
    onFresh: (token) => {
      held.token = token;
    },
  });
  mock.timers.tick(29_999);
  assert.deepEqual(asked, []);
  mock.timers.tick(1);
  await settle();
  assert.equal(held.token, "t1");
  away = true;
  mock.timers.tick(50_000);
  await settle();
  away = false;
  mock.timers.tick(30_000);
  await settle();
  assert.deepEqual(asked, [
    ["c", "t0"],
    ["c", "t1"],
    ["c", "t1"],
  ]);
  assert.equal(held.token, "t3");
  stop();
  mock.timers.tick(600_000);
  await settle();
  assert.equal(asked.length, 3);
  mock.timers.reset();
});
