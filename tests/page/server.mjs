// A server on the loopback interface: pages, and the installed package under /package/.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const FOLDERS = {
  "/package/": path.resolve(here, "../../node_modules/agent-interlock"),
  "/vectors/": path.resolve(here, "../vectors"),
  "/": here,
};
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".jsonl": "text/plain; charset=utf-8" };

/** Serves until it is closed; a page's `policy` parameter becomes its Content-Security-Policy. */
export async function serve() {
  const server = createServer(async ({ url }, response) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const prefix = Object.keys(FOLDERS).find((start) => pathname.startsWith(start));
    try {
      const body = await readFile(path.join(FOLDERS[prefix], path.normalize(pathname.slice(prefix.length))));
      response.setHeader("content-type", TYPES[path.extname(pathname)] ?? "application/octet-stream");
      if (searchParams.has("policy")) response.setHeader("content-security-policy", searchParams.get("policy"));
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
