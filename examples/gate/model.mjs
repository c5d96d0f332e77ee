// The model's part, from a script, so that the example needs no key and no network. Put a model of your own in its place.
import { MockLanguageModelV4 } from "ai/test";

const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } };
const say = (text) => ({ content: [{ type: "text", text }], finishReason: { unified: "stop", raw: undefined }, usage, warnings: [] });
const call = (...calls) => ({
  content: calls.map(([toolCallId, toolName, input]) => ({ type: "tool-call", toolCallId, toolName, input: JSON.stringify(input) })),
  finishReason: { unified: "tool-calls", raw: undefined },
  usage,
  warnings: [],
});

export const model = new MockLanguageModelV4({
  doGenerate: [
    call(["call-1", "lookUp", { who: "huda" }]),
    call(["call-2", "sendMail", { to: "huda@example.com", body: "Shall we meet on Sunday?" }]),
    say("I have written to Huda."),
  ],
});
