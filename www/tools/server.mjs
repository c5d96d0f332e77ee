// A folder of files over HTTP on the loopback interface, under a path of its own where one is asked for: as any static host would.
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".jsonl": "text/plain; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Serves until it is closed.
 * @param {string} folder
 * @param {{ port?: number, base?: string }} [options] `base` begins and ends with a slash
 */
export async function serve(folder, { port = 0, base = "/" } = {}) {
  const root = path.resolve(folder);
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      if (!pathname.startsWith(base)) throw new Error("outside");
      let file = path.join(root, decodeURIComponent(pathname.slice(base.length)));
      if (file !== root && !file.startsWith(root + path.sep)) throw new Error("outside");
      if ((await stat(file)).isDirectory()) file = path.join(file, "index.html");
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream", "cache-control": "no-cache" });
      response.end(request.method === "HEAD" ? undefined : body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return { url: `http://127.0.0.1:${actual}${base}`, close: () => new Promise((resolve) => server.close(resolve)) };
}
