// A store that fails, is slow, has lost its answer, is empty, or is older than it was: nothing runs that is not known to be kept.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { HUDA, InterlockError, OPEN, action, createGate, places, sqliteStore, verifyAudit } from "./lab.mjs";

const never = () => assert.fail("it ran");
const { place, newFile, STORES } = places();

/** The store, and what is to go wrong in it: called with the real answer's giver. */
function faulty(store) {
  const faults = {};
  const through = (name) => (...given) => {
    const real = () => store[name](...given);
    return faults[name] === undefined ? real() : faults[name](real, given);
  };
  const names = ["load", "commit", "hashAt", "audit", "lease", "alive", "keys"].filter((name) => store[name] !== undefined);
  return { faults, store: { ...Object.fromEntries(names.map((name) => [name, through(name)])), isVolatile: store.isVolatile } };
}

async function rejection(promise) {
  return promise.then(() => assert.fail("it did not throw"), (error) => error);
}

async function begun(make, options = {}) {
  const real = await make();
  const { faults, store } = faulty(real);
  const gate = await createGate({ policy: OPEN, store, create: true, storeTimeoutMs: 100, ...options });
  gate.on("error", () => {});
  return { real, faults, store, gate };
}

for (const [name, make] of Object.entries(STORES)) {
  describe(`a store ${name}`, () => {
    test("that fails: the action does not run, and does when the store is back", async () => {
      const { faults, gate } = await begun(make);
      faults.commit = () => { throw new Error("disk full"); };
      faults.load = () => Promise.reject(new Error("disk full"));
      const run = await gate.run(action("a1"), never);
      assert.deepEqual([run.status, run.code, run.decision], ["locked", "store_failed", null]);
      const error = await rejection(gate.lock({ by: HUDA, reason: "odd" }));
      assert.ok(error instanceof InterlockError);
      assert.deepEqual([error.code, error.path], ["internal", "store"]);
      delete faults.commit;
      delete faults.load;
      assert.equal((await gate.run(action("a1"), () => 1)).status, "executed");
      assert.equal((await gate.usage()).customer.apiCalls, 1);
      await gate.close();
    });

    test("that loads and does not keep: what failed is said, and not that others were faster", async () => {
      const { faults, gate } = await begun(make);
      let commits = 0;
      faults.commit = () => {
        commits += 1;
        throw new Error("disk full");
      };
      const run = await gate.run(action("a1"), never);
      assert.deepEqual([run.status, run.code, run.error?.cause?.message ?? run.error?.message], ["locked", "store_failed", "disk full"]);
      assert.equal(commits, 2);
      faults.commit = () => {
        commits += 1;
        return new Promise(() => {});
      };
      assert.equal((await gate.run(action("a2"), never)).code, "store_slow");
      // Twice the store's time, and not thirty-two times.
      assert.equal(commits, 4);
      delete faults.commit;
      assert.equal((await gate.run(action("a1"), () => 1)).status, "executed");
      await gate.close();
    });

    test("that is slow: the action does not run, whatever comes later", async () => {
      const { faults, gate } = await begun(make);
      let land;
      const landed = new Promise((resolve) => (land = resolve));
      let late;
      faults.commit = (real) => (late = landed.then(real));
      faults.load = () => new Promise(() => {});
      const run = await gate.run(action("a1"), never);
      assert.deepEqual([run.status, run.code], ["locked", "store_slow"]);
      delete faults.commit;
      delete faults.load;
      land();
      const [{ status }] = await Promise.allSettled([late]);
      const again = await gate.run(action("a1"), () => 1);
      // A commit that comes too late to be read is none; one that lands all the same is a grant, and no second one is given.
      assert.equal(again.status === "executed" ? "rejected" : again.code === "already_granted" && "fulfilled", status);
      assert.equal((await gate.usage()).customer.apiCalls, 1);
      await gate.close();
    });

    test("that loses its answer after it has kept the commit: it runs once, and is counted once", async () => {
      const { faults, gate } = await begun(make);
      let losses = 0;
      faults.commit = async (real) => {
        await real();
        losses += 1;
        if (losses % 2 === 1) throw new Error("connection reset");
        return new Promise(() => {});
      };
      let ran = 0;
      for (const id of ["a1", "a2", "a3"]) {
        const run = await gate.run(action(id), () => (ran += 1));
        assert.deepEqual([run.status, run.recorded], ["executed", true]);
      }
      assert.deepEqual([ran, losses], [3, 6]);
      assert.equal((await gate.usage()).customer.apiCalls, 3);
      assert.deepEqual(await gate.inFlight(), []);
      await gate.close();
    });

    test("that keeps the commit, loses the answer and then goes down: what was granted is not run, and comes free again", async () => {
      const { faults, gate } = await begun(make);
      faults.commit = async (real) => {
        await real();
        throw new Error("connection reset");
      };
      faults.load = () => { throw new Error("no route to host"); };
      const run = await gate.run(action("a1"), never);
      assert.deepEqual([run.status, run.code], ["locked", "store_failed"]);
      delete faults.commit;
      delete faults.load;
      assert.deepEqual((await gate.inFlight()).map(({ actionId, status }) => [actionId, status]), [["a1", "granted"]]);
      assert.equal((await gate.run(action("a1"), never)).code, "already_granted");
      await new Promise((resolve) => setTimeout(resolve, 1300));
      assert.deepEqual(await gate.inFlight(), []);
      const again = await gate.run(action("a1"), never);
      assert.deepEqual([again.status, again.code], ["deferred", "retry_not_before"]);
      assert.equal((await gate.usage()).customer.apiCalls, 0);
      await gate.close();
    });

    test("that does not take the report: what was done stays done, and is reported when the store is back", async () => {
      const { faults, gate } = await begun(make);
      const run = await gate.run(action("a1"), () => {
        faults.commit = () => { throw new Error("disk full"); };
        faults.load = () => { throw new Error("disk full"); };
        return "done";
      });
      assert.deepEqual([run.status, run.result, run.recorded], ["executed", "done", false]);
      delete faults.commit;
      delete faults.load;
      assert.equal((await gate.run(action("a1"), never)).code, "already_granted");
      await new Promise((resolve) => setTimeout(resolve, 900));
      assert.equal((await gate.run(action("a1"), never)).code, "already_executed");
      await gate.close();
    });

    test("that answers neither yes nor no has not said yes", async () => {
      for (const answer of [undefined, 1, "true", {}, []]) {
        const { faults, gate } = await begun(make);
        faults.commit = () => answer;
        const run = await gate.run(action("a1"), never);
        assert.deepEqual([run.status, run.code], ["locked", "store_contended"], String(answer));
        await gate.close();
      }
    });

    test("that is emptied, or older than it was: nothing runs", async () => {
      const { faults, real, gate } = await begun(make);
      await gate.run(action("a1"), () => 1);
      const old = await real.load("noor");
      await gate.run(action("a2"), () => 1);
      faults.commit = () => false;
      const answers = { store_empty: null, store_older: old, store_damaged: { ...old, version: 99 } };
      for (const [code, answer] of Object.entries(answers)) {
        faults.load = () => answer;
        const run = await gate.run(action("a3"), never);
        assert.deepEqual([run.status, run.code], ["locked", code]);
      }
      delete faults.commit;
      delete faults.load;
      assert.equal((await gate.run(action("a3"), () => 1)).status, "executed");
      await gate.close();
    });

    test("that answers with rubbish: nothing runs", async () => {
      const { faults, real, gate } = await begun(make);
      await gate.run(action("a1"), () => 1);
      const { version, checkpoint, entries } = await real.load("noor");
      const edited = (change) => entries.map((each) => ({ ...each, entry: change(structuredClone(each.entry)) }));
      const rubbish = [
        {}, { version }, "text", 5, { version, entries: "none" }, { version: "2", checkpoint, entries },
        { version, checkpoint: { version: 0, state: "{" }, entries },
        { version, checkpoint: { ...checkpoint, state: checkpoint.state.replace("full_autopilot", "manual") }, entries },
        { version, checkpoint: { ...checkpoint, state: checkpoint.state.replace('"format":1', '"format":2') }, entries },
        { version, checkpoint, entries: entries.slice(1) },
        { version, checkpoint, entries: entries.toReversed() },
        { version, checkpoint, entries: edited((entry) => ({ ...entry, head: { ...entry.head, hash: "0".repeat(64) } })) },
        { version, checkpoint, entries: edited((entry) => ({ ...entry, commands: entry.commands.slice(1) })) },
        { version, checkpoint, entries: edited((entry) => ({ ...entry, commands: [...entry.commands, { name: "constructor", argument: 1, options: {} }] })) },
        { version, checkpoint, entries: edited((entry) => ({ ...entry, commands: entry.commands.map((each) => ({ ...each, argument: { ...each.argument, cost: { apiCalls: 0 } } })) })) },
      ];
      for (const [index, answer] of rubbish.entries()) {
        faults.commit = () => false;
        faults.load = () => answer;
        const run = await gate.run(action("a2"), never);
        assert.equal(run.status, "locked", String(index));
        assert.match(run.code, /^store_/, String(index));
        const error = await rejection(createGate({ policy: OPEN, store: { ...faulty(real).store, load: () => answer } }));
        assert.ok(error instanceof InterlockError, `${index}: ${error.stack}`);
      }
      delete faults.commit;
      delete faults.load;
      assert.equal((await gate.run(action("a2"), () => 1)).status, "executed");
      await gate.close();
    });

    test("that holds another chain than it held is refused", async () => {
      const { faults, gate } = await begun(make);
      await gate.run(action("a1"), () => 1);
      const other = await make();
      const fork = await createGate({ policy: OPEN, store: other, create: true });
      for (const id of ["b1", "b2", "b3"]) await fork.run(action(id), () => 1);
      faults.commit = () => false;
      faults.load = (_, given) => other.load(...given);
      faults.hashAt = (_, given) => other.hashAt(...given);
      const run = await gate.run(action("a2"), never);
      assert.equal(run.status, "locked");
      assert.match(run.code, /store_other|store_damaged/);
      await gate.close();
      await fork.close();
    });

    test("a state goes on where it was, its audit whole", async () => {
      const { real, gate } = await begun(make);
      for (let index = 0; index < 30; index += 1) await gate.run(action(`a${index}`), () => 1);
      const { head } = gate;
      await gate.close();
      const next = await createGate({ policy: OPEN, store: real, expectedHead: head });
      assert.deepEqual(next.head, head);
      assert.equal((await next.run(action("a7"), never)).code, "already_executed");
      assert.equal((await next.usage()).customer.apiCalls, 30);
      const entries = await next.audit();
      assert.ok(verifyAudit({ entries, head: next.head, ...(entries[0].seq === 1 ? {} : { since: { seq: entries[0].seq - 1, hash: entries[0].prev } }) }).valid);
      await next.close();
    });
  });
}

describe("a store that gives turns", () => {
  /** A file whose turns a test can spoil; all else of it is as it is. */
  async function turning() {
    const real = await sqliteStore(newFile());
    const faults = {};
    const store = new Proxy(real, {
      get: (_, name) => {
        const method = real[name];
        if (typeof method !== "function") return method;
        return (...given) => (faults[name] === undefined ? method.apply(real, given) : faults[name](() => method.apply(real, given)));
      },
    });
    const gate = await createGate({ policy: OPEN, store, create: true, storeTimeoutMs: 100 });
    gate.on("error", () => {});
    return { real, faults, gate };
  }

  test("that fail: the action does not run", async () => {
    const { faults, gate } = await turning();
    faults.exclusively = () => Promise.reject(new Error("disk full"));
    assert.equal((await gate.run(action("a1"), never)).code, "store_failed");
    delete faults.exclusively;
    assert.equal((await gate.run(action("a1"), () => 1)).status, "executed");
    await gate.close();
  });

  test("that come when nobody waits any more: nothing is done in them", async () => {
    const { faults, gate } = await turning();
    let come;
    let late;
    faults.exclusively = (real) => (late = new Promise((resolve) => (come = resolve)).then(real));
    assert.equal((await gate.run(action("a1"), never)).code, "store_slow");
    delete faults.exclusively;
    const { seq } = gate.head;
    come();
    await assert.rejects(late, /the time for this commit is over/);
    assert.equal((await gate.audit()).length, seq);
    assert.equal((await gate.run(action("a1"), () => 1)).status, "executed");
    assert.equal((await gate.usage()).customer.apiCalls, 1);
    await gate.close();
  });

  test("whose end is not told: what is in the file is looked for, and runs once", async () => {
    const { faults, gate } = await turning();
    let losses = 0;
    faults.exclusively = async (real) => {
      await real();
      losses += 1;
      if (losses % 2 === 1) throw new Error("connection reset");
      return new Promise(() => {});
    };
    let ran = 0;
    for (const id of ["a1", "a2", "a3"]) assert.deepEqual((await gate.run(action(id), () => (ran += 1))).status, "executed");
    delete faults.exclusively;
    assert.deepEqual([ran, (await gate.usage()).customer.apiCalls, await gate.inFlight()], [3, 3, []]);
    await gate.close();
  });

  test("whose end is not told, and the file is gone then: it does not run, and comes free again", async () => {
    const { faults, gate } = await turning();
    faults.exclusively = async (real) => {
      await real();
      throw new Error("connection reset");
    };
    faults.load = () => Promise.reject(new Error("no route to host"));
    assert.equal((await gate.run(action("a1"), never)).code, "store_failed");
    delete faults.exclusively;
    delete faults.load;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(await gate.inFlight(), []);
    assert.equal((await gate.run(action("a1"), never)).code, "retry_not_before");
    await gate.close();
  });
});

describe("a first start", () => {
  test("is said, or it is a loss; said again it is refused", async () => {
    const file = newFile();
    const lost = await rejection(sqliteStore(file).then((store) => createGate({ policy: OPEN, store })));
    assert.deepEqual([lost.code, lost.path], ["not_found", "store"]);
    const store = await sqliteStore(file);
    const expected = await rejection(createGate({ policy: OPEN, store, create: true, expectedHead: { seq: 5, hash: "a".repeat(64) } }));
    assert.equal(expected.code, "not_found");
    await (await createGate({ policy: OPEN, store, create: true })).close();
    const twice = await rejection(createGate({ policy: OPEN, store, create: true }));
    assert.deepEqual([twice.code, twice.path], ["conflict", "create"]);
    const race = await sqliteStore(newFile());
    const starts = await Promise.allSettled([1, 2, 3].map(() => createGate({ policy: OPEN, store: race, create: true })));
    assert.deepEqual(starts.map(({ status }) => status).sort(), ["fulfilled", "rejected", "rejected"]);
  });

  test("an older or other file than the head that was kept is refused", async () => {
    const file = newFile();
    const store = await sqliteStore(file);
    const gate = await createGate({ policy: OPEN, store, create: true });
    await gate.run(action("a1"), () => 1);
    await gate.close();
    store.close();
    copyFileSync(file, `${file}.yesterday`);
    const later = await sqliteStore(file);
    const next = await createGate({ policy: OPEN, store: later });
    await next.run(action("a2"), () => 1);
    const { head } = next;
    await next.close();
    later.close();
    const old = await sqliteStore(`${file}.yesterday`);
    assert.equal((await rejection(createGate({ policy: OPEN, store: old, expectedHead: head }))).code, "invalid_snapshot");
    // A head in another form would protect from nothing.
    for (const wrong of [`${head.seq}:${head.hash}`, null, 5, true, {}, [head.seq, head.hash], { ...head, seq: NaN }, { ...head, extra: 1 }]) {
      const error = await rejection(createGate({ policy: OPEN, store: old, expectedHead: wrong }));
      assert.deepEqual([error.code, /^expectedHead/.test(error.path)], ["invalid_input", true], JSON.stringify(wrong));
      assert.match(error.message, /^expectedHead/);
    }
    // It went another way, past the head that was kept.
    const fork = await createGate({ policy: OPEN, store: old });
    for (const id of ["b1", "b2", "b3"]) await fork.run(action(id), () => 1);
    await fork.close();
    assert.equal((await rejection(createGate({ policy: OPEN, store: old, expectedHead: head }))).code, "invalid_snapshot");
    const again = await sqliteStore(file);
    await (await createGate({ policy: OPEN, store: again, expectedHead: head })).close();
  });

  test("another policy has to be wanted by somebody who may", async () => {
    const store = await sqliteStore(newFile());
    await (await createGate({ policy: OPEN, store, create: true })).close();
    const strict = { ...OPEN, autonomyMode: "manual" };
    assert.deepEqual([(await rejection(createGate({ policy: strict, store }))).code], ["conflict"]);
    const stranger = await rejection(createGate({ policy: strict, store, changePolicy: { by: HUDA, reason: "stricter" } }));
    assert.equal(stranger.code, "not_authorized");
    const by = { id: "root", role: "platform_admin" };
    const gate = await createGate({ policy: strict, store, changePolicy: { by, reason: "stricter" } });
    assert.notEqual((await gate.run(action("a1"), never)).status, "executed");
    await gate.close();
    const same = await createGate({ store });
    assert.notEqual((await same.run(action("a2"), never)).status, "executed");
    await same.close();
    assert.equal((await rejection(createGate({ policy: { ...OPEN, customerId: "other" }, store }))).code, "not_found");
  });
});

describe("the file", () => {
  test("is for its owner alone", async () => {
    const file = newFile();
    await sqliteStore(file);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test("taken away or replaced under a running gate: nothing runs", async () => {
    const file = newFile();
    const gate = await createGate({ policy: OPEN, store: await sqliteStore(file), create: true });
    gate.on("error", () => {});
    await gate.run(action("a1"), () => 1);
    renameSync(file, `${file}.gone`);
    assert.equal((await gate.run(action("a2"), never)).code, "store_failed");
    copyFileSync(`${file}.gone`, file);
    assert.equal((await gate.run(action("a3"), never)).code, "store_failed");
    rmSync(file);
    renameSync(`${file}.gone`, file);
    assert.equal((await gate.run(action("a4"), () => 1)).status, "executed");
    await gate.close();
  });

  test("that is none, or of a later version, is refused", async () => {
    const notOne = path.join(place, "text.db");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(notOne, "this is text, and quite a lot of it, so that SQLite looks at it ".repeat(100));
    assert.equal((await rejection(sqliteStore(notOne))).code, "internal");
    assert.equal((await rejection(sqliteStore(path.join(place, "no/such/folder.db")))).code, "internal");
    assert.equal((await rejection(sqliteStore(5))).code, "invalid_input");
    assert.ok(existsSync(notOne));
  });

  test("holds the whole audit", async () => {
    const store = await sqliteStore(newFile());
    const gate = await createGate({ policy: OPEN, store, create: true });
    await Promise.all(Array.from({ length: 700 }, (_, index) => gate.run(action(`a${index}`), () => 1)));
    const [first, second] = [await gate.audit({ limit: 1000 }), await gate.audit({ since: 1000 })];
    assert.deepEqual([first.length, second.length, gate.head.seq], [1000, 400, 1400]);
    assert.ok(verifyAudit({ entries: [...first, ...second], head: gate.head }).valid);
    await gate.close();
    // From a checkpoint, and what came after.
    const next = await createGate({ policy: OPEN, store, expectedHead: { seq: gate.head.seq, hash: gate.head.hash } });
    assert.equal((await next.usage()).customer.apiCalls, 700);
    await next.close();
  });
});
