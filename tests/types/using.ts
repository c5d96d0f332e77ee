// Where `lib` knows `Symbol.dispose`, policies, guards and replays can be declared with `using`.
import { Guard, Policy, Replay } from "agent-interlock";

export function requests(log: string[]): number {
  using policy = new Policy({ customerId: "noor" });
  using guard = new Guard({ policy });
  using replay = new Replay({ policy });
  for (const line of log) replay.line(line);
  return replay.summary().requests + guard.outbox().length;
}
