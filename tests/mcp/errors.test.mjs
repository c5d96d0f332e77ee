// The kind of a failure, from what the MCP SDKs themselves throw and return.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { library } from "../js/library.mjs";
import { connecting, outcomeOf, SDKS, shop } from "./sdks.mjs";

const { classifyMcpError, isRetryable, planRetry } = library;

/** Serves one answer to everything, while `use` runs. */
async function answering(status, headers, body, use) {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(new URL(`http://127.0.0.1:${server.address().port}/mcp`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function is(expected, error) {
  assert.equal(classifyMcpError({ error }), expected, JSON.stringify({ ...error, message: error.message }));
}

for (const [name, sdk] of Object.entries(SDKS)) {
  describe(name, () => {
    test("a tool that throws is known by its words alone", async () => {
      const { call } = await shop(sdk);
      is("unknown", await call("break"));
      is("transient", await call("crowd"));
      is("auth", await call("open_safe"));
    });

    test("a call that the server cannot make sense of", async () => {
      const { call, client, anything } = await shop(sdk);
      is("validation", await call("no_such_tool"));
      is("validation", await call("pay", { amount: "much" }));
      is("validation", await outcomeOf(() => client.request({ method: "no/such_method" }, anything)));
    });

    test("a call that nobody answers", async () => {
      const { call, server, begun } = await shop(sdk);
      const unanswered = call("dawdle");
      await begun;
      is("transient", await call("dawdle", {}, { timeout: 20 }));
      await server.close();
      is("transient", await unanswered);
    });

    const statuses = {
      auth: [401, 403],
      transient: [408, 429, 500, 502, 503, 504],
      validation: [400, 404, 409, 422],
      unknown: [501],
    };
    for (const [category, codes] of Object.entries(statuses)) {
      for (const status of codes) {
        test(`HTTP ${status} is ${category}`, () =>
          answering(status, {}, "no", async (url) => is(category, await connecting(sdk, url))));
      }
    }

    test("HTTP 429 comes again when its Retry-After says", () =>
      answering(429, { "Retry-After": "90" }, "", async (url) => {
        // Neither SDK hands the header over: a host that wants it reads it where it fetches.
        let retryAfter;
        const error = await connecting(sdk, url, {
          fetch: async (...request) => {
            const response = await fetch(...request);
            retryAfter = response.headers.get("Retry-After");
            return response;
          },
        });
        const category = classifyMcpError({ error });
        assert.ok(isRetryable({ category }));
        const plan = planRetry({ category, attempt: 1, now: "2026-05-18T10:00:00Z", retryAfter });
        assert.deepEqual(plan, { retryAt: "2026-05-18T10:01:30Z", reason: "retry_after" });
      }));
  });
}

test("version 2 says by a name of its own that it was not authorized", () =>
  answering(401, { "WWW-Authenticate": "Bearer" }, "", async (url) => {
    const error = await connecting(SDKS["version 2"], url, { authProvider: { token: async () => "stale" } });
    assert.ok(error instanceof Error);
    is("auth", error);
    is("auth", { name: error.name, code: error.code });
  }));
