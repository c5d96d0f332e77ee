// Where `lib` knows `Symbol.dispose`, policies and replays can be declared with `using`.
import { Policy, Replay } from "agent-interlock";

export function requests(log: string[]): number {
  using policy = new Policy({ customerId: "noor" });
  using replay = new Replay({ policy });
  for (const line of log) replay.line(line);
  return replay.summary().requests;
}
