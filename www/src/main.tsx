import { render } from "preact";
import { openShipped } from "./state/days.ts";
import { App } from "./views/app.tsx";

const place = document.querySelector("#app");
if (place !== null) {
  place.replaceChildren();
  render(<App />, place);
}
void openShipped("runaway");
