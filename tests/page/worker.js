import { withinBudget } from "/package/index.js";

onmessage = ({ data }) => postMessage(withinBudget(data));
