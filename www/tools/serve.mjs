// Serves the built simulator until it is stopped.
//
// usage: node serve.mjs FOLDER [PORT]
import process from "node:process";
import { serve } from "./server.mjs";

const [folder, port = "8420"] = process.argv.slice(2);
try {
  const { url } = await serve(folder, { port: Number(port) });
  console.log(`the simulator is at ${url} (Ctrl-C ends it)`);
} catch (error) {
  console.error(`cannot serve on port ${port}: ${error.message}`);
  process.exitCode = 2;
}
