// An agent of the Vercel AI SDK whose mails wait for a person; looking things up does not.
import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { createGate } from "agent-interlock/gate";
import { gateTools } from "agent-interlock/ai";
import { model } from "./model.mjs";

const gate = await createGate({
  policy: {
    customerId: "noor",
    autonomyMode: "safe_autopilot",
    agents: { mailer: { name: "Mailer", creator: "huda" } },
    actions: { lookUp: { access: "read", level: "L1" }, sendMail: { outbound: true, level: "L3" } },
  },
});

const text = { type: "string" };
const { tools, toolApproval, responses } = gateTools({
  agent: gate.forAgent("mailer"),
  session: "thread-1",
  tools: {
    lookUp: tool({
      description: "Look up somebody's address",
      inputSchema: jsonSchema({ type: "object", properties: { who: text }, required: ["who"] }),
      execute: async ({ who }) => `${who}@example.com`,
    }),
    sendMail: tool({
      description: "Send a mail",
      inputSchema: jsonSchema({ type: "object", properties: { to: text, body: text }, required: ["to", "body"] }),
      execute: async ({ to, body }) => {
        console.log(`sent to ${to}: ${body}`);
        return "sent";
      },
    }),
  },
});

const messages = [{ role: "user", content: "Ask Huda whether we meet on Sunday." }];
const talk = async () => {
  const { text, response } = await generateText({ model, tools, toolApproval, messages, stopWhen: stepCountIs(5) });
  messages.push(...response.messages);
  return text;
};

await talk();
for (const { id, type, args } of await gate.approvals({ status: "pending" })) {
  console.log(`waits for a person: ${type} ${JSON.stringify(args)}`);
  // Here a person decides; in life from another terminal, a page or a chat.
  await gate.resolve({ approvalId: id, by: { id: "huda", role: "member" }, decision: "approve" });
}
messages.push(await responses(messages));
console.log(await talk());
await gate.close();
