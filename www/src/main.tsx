import { render } from "preact";
import { chooseLooks, start } from "./state/start.ts";
import { showLooks } from "./views/looks.ts";
import { App } from "./views/app.tsx";

const place = document.querySelector("#app");
if (place !== null) {
  chooseLooks();
  showLooks();
  place.replaceChildren();
  render(<App />, place);
  void start();
}
