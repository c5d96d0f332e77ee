// The command line: its arguments, and what it prints.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ACTIONS, file, folder, PACKAGE, POLICY, request, rowsOf, run, width } from "./cli.mjs";

const COLOUR = /\u001b\[/;

describe("arguments", () => {
  test("npm installs the command, and it runs", () => {
    const { status, stdout } = spawnSync(join(PACKAGE, "../.bin/agent-interlock"), ["--version"], { encoding: "utf8" });
    assert.equal(status, 0);
    assert.equal(stdout, `${JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")).version}\n`);
  });

  test("help is given for the whole and for each command, within 80 columns", () => {
    for (const args of [["--help"], ["help"], ["-h"], ["replay", "--help"], ["help", "check"], ["schema", "-h"]]) {
      const { status, stdout, stderr } = run(args);
      assert.equal(status, 0, args.join(" "));
      assert.equal(stderr, "");
      assert.match(stdout, /agent-interlock/);
      for (const line of stdout.split("\n")) assert.ok(width(line) <= 80, line);
    }
    assert.match(run(["replay", "--help"]).stdout, /--all/);
  });

  const wrong = [
    [[], /which command\?/],
    [["repaly"], /unknown command `repaly`[^]*did you mean `replay`\?/],
    [["replay", "--jsno", "a", "b"], /unknown option `--jsno`[^]*did you mean `--json`\?/],
    [["check", "--all", "a"], /unknown option `--all`/],
    [["-x"], /unknown option `-x`/],
    [["check", "--json=yes", "a"], /--json takes no value/],
    [["check", "--color", "--no-color", "a"], /--color and --no-color at once/],
    [["replay", "a"], /replay needs ACTIONS/],
    [["check"], /check needs POLICY/],
    [["schema", "b"], /unexpected argument `b`/],
    [["check", "\u001b[31m\u202ex", "y\u001b[0m"], /unexpected argument `y\\u\{1b\}\[0m`/],
    [["replay", "-", "-"], /only one of POLICY, ACTIONS and OTHER can be standard input/],
    [["replay", POLICY, "-", "--against", "-"], /only one of POLICY, ACTIONS and OTHER/],
    [["replay", POLICY, ACTIONS, "--against"], /--against needs a value/],
    [["replay", POLICY, ACTIONS, "--audit", "a", "--audit", "b"], /--audit is given twice/],
  ];
  for (const [args, message] of wrong) {
    test(`exit code 2: ${JSON.stringify(args)}`, () => {
      const { status, stdout, stderr } = run(args);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n +at /, "no stack");
    });
  }

  test("exit code 2: files that cannot be read", () => {
    assert.match(run(["check", join(folder, "none.json")]).stderr, /cannot read the policy .*none\.json: no such file/);
    assert.match(run(["check", folder]).stderr, /it is a folder, not a file/);
    assert.match(
      run(["replay", POLICY, join(folder, "none.jsonl")]).stderr,
      /cannot read the actions .*none\.jsonl: no such file/,
    );
    assert.match(run(["replay", POLICY, folder]).stderr, /it is a folder, not a file/);
    for (const args of [
      ["check", join(folder, "none.json")],
      ["replay", POLICY, folder],
    ])
      assert.equal(run(args).status, 2);
  });
});

describe("check", () => {
  test("a valid policy is drawn, with its digest", async () => {
    const { parsePolicy } = await import("agent-interlock");
    const { digest } = parsePolicy(readFileSync(POLICY, "utf8"));
    const { status, stdout } = run(["check", POLICY]);
    assert.equal(status, 0);
    for (const part of ["is valid", digest, "safe_autopilot", "Asia/Riyadh", "SAR 100,000"])
      assert.ok(stdout.includes(part), part);
    for (const line of stdout.split("\n").slice(1)) assert.ok(width(line) <= 80, line);
    const answer = JSON.parse(run(["check", "--json", POLICY]).stdout);
    assert.equal(answer.valid, true);
    assert.equal(answer.digest, digest);
    assert.equal(answer.document.customerId, "noor-trading");
  });

  test("what is hardly meant is told with its line, and the policy is valid all the same", () => {
    const text = '{"customerId": "c",\n "quiet_hours": {"start": 8, "end": 8},\n "budget": {"max_cost_sar_per_day": 0}}';
    const given = file("warned.json", text);
    const { status, stdout } = run(["check", "--json", given]);
    const { valid, warnings } = JSON.parse(stdout);
    assert.deepEqual([status, valid], [0, true]);
    assert.deepEqual(
      warnings.map(({ code, path, line, column }) => [code, path, line, column]),
      [
        ["zero_cap", "policy.budget.maxCostPerDay", 3, 13],
        ["quiet_all_day", "policy.quietHours", 2, 2],
      ],
    );
    const drawn = run(["check", given]);
    assert.equal(drawn.status, 0);
    assert.match(drawn.stdout, /! 2 warnings/);
    for (const { message, line, column } of warnings) {
      assert.ok(drawn.stdout.replace(/\n +/g, " ").includes(message), message);
      assert.ok(drawn.stdout.includes(`warned.json:${line}:${column}\n`));
    }
    for (const line of drawn.stdout.split("\n").slice(1)) assert.ok(width(line) <= 80, line);
    assert.doesNotMatch(run(["check", POLICY]).stdout, /warning/);
    assert.deepEqual(JSON.parse(run(["check", "--json", POLICY]).stdout).warnings, []);
  });

  test("the policy comes from standard input too, a byte order mark or none", () => {
    const text = '{"customerId": "نور"}';
    for (const input of [text, `\ufeff${text}`]) assert.equal(run(["check", "-"], { input }).status, 0);
  });

  const faults = [
    [
      "a field",
      '{\n  "customerId": "c",\n  "budget": {\n    "maxCostPerDay": -1\n  }\n}',
      "policy.budget.maxCostPerDay",
      4,
      5,
    ],
    [
      "the originals' spelling",
      '{"customerId": "c",\n "budget": {"max_cost_sar_per_day": -1}}',
      "policy.budget.maxCostPerDay",
      2,
      13,
    ],
    ["a typo", '{"customerId": "c",\n\t"budgett": {}}', "policy.budgett", 2, 2],
    [
      "a key in quotes",
      '{"customerId": "c", "actions":\n {"a": {}, "crm.*": {"level": "L9"}}}',
      'policy.actions["crm.*"].level',
      2,
      22,
    ],
    ["an item", '{"customerId": "c", "blockedDates": ["2026-01-01",\n "2026-02-30"]}', "policy.blockedDates[1]", 2, 2],
    ["behind Arabic", '{"customerId": "نور", "version": 2}', "policy.version", 1, 23],
    ["what is missing", '{"version": 1}', "policy.customerId", 1, 1],
    ["not an object", "\n\n [1]", "policy", 3, 2],
  ];
  for (const [name, text, path, line, column] of faults) {
    test(`a fault is named with its line and column: ${name}`, () => {
      const given = file("fault.json", text);
      const { status, stdout } = run(["check", "--json", given]);
      const { valid, error } = JSON.parse(stdout);
      assert.equal(status, 1);
      assert.equal(valid, false);
      assert.deepEqual([error.code, error.path, error.line, error.column], ["invalid_policy", path, line, column]);
      const drawn = run(["check", given]);
      assert.equal(drawn.status, 1);
      assert.ok(drawn.stdout.includes(`fault.json:${line}:${column}\n`), drawn.stdout);
      assert.ok(drawn.stdout.includes(error.message));
    });
  }

  test("what is not JSON is named with its line and column, in characters", () => {
    const { error } = JSON.parse(
      run(["check", "--json", "-"], { input: '{\n  "customerId": "نور", "version": 1,, \n}' }).stdout,
    );
    assert.deepEqual([error.code, error.line, error.column], ["invalid_policy", 2, 37]);
    assert.match(error.message, /^not valid JSON/);
    assert.doesNotMatch(error.message, /line \d/);
    const twice = JSON.parse(run(["check", "--json", "-"], { input: '{"customerId": "a", "customerId": "b"}' }).stdout);
    assert.match(twice.error.message, /`customerId` stands twice/);
  });

  test("a long line is cut around the fault, and what is hidden in it is shown", () => {
    const text = `{"customerId": "c", "blockedKeywords": ["${"x".repeat(200)}"], "version": "\u202e2", "quietHours": null}`;
    const { stdout } = run(["check", file("long.json", text)]);
    for (const line of stdout.split("\n").slice(1, -2)) assert.ok(width(line) <= 80, line);
    assert.match(stdout, /"version": "\\u\{202e\}2"/);
    assert.doesNotMatch(stdout, /\u202e/);
  });

  test("a policy of one endless line is refused as soon as any other", { timeout: 120_000 }, () => {
    for (const text of [`{"customerId":"${"x".repeat(5e6)}"}`, `{"customerId":"${"ض".repeat(2e6)}"}`, "[".repeat(1e5)]) {
      const { status, stdout } = run(["check", file("endless.json", text)], { timeout: 60_000 });
      assert.equal(status, 1);
      for (const line of stdout.split("\n").slice(1, -2)) assert.ok(width(line) <= 80, line);
    }
  });

  test("bytes that are no text are refused", () => {
    const { status, stderr } = run(["check", file("bytes.json", Buffer.from([0x7b, 0xff, 0x7d]))]);
    assert.equal(status, 2);
    assert.match(stderr, /not UTF-8 text/);
  });
});

test("schema prints the JSON Schema of the package", () => {
  const { status, stdout } = run(["schema"]);
  assert.equal(status, 0);
  assert.equal(stdout, readFileSync(join(PACKAGE, "policy.schema.json"), "utf8"));
  assert.ok(JSON.parse(stdout).properties.customerId);
});

describe("replay, for programs", () => {
  const { status, stdout, stderr } = run(["replay", "--json", POLICY, ACTIONS]);
  const { rows, summary } = rowsOf(stdout);
  const at = (time) =>
    rows.filter((row) => row.at === new Date(`2026-05-12T${time}+03:00`).toISOString().replace(".000", ""));
  const decided = (time) => at(time).map((row) => `${row.effect} ${row.reason}`);

  test("every line of the day gives one row, with its number", () => {
    assert.equal(status, 0);
    assert.equal(stderr, "");
    const lines = readFileSync(ACTIONS, "utf8").trimEnd().split("\n");
    assert.deepEqual(
      rows.map((row) => row.line),
      lines.map((_, index) => index + 1),
    );
    assert.equal(summary.requests, rows.filter((row) => row.effect !== undefined).length);
    assert.deepEqual([summary.lines, summary.broken, summary.interrupted], [lines.length, 0, false]);
    assert.ok(summary.requests >= 300);
  });

  test("what the day is there to show happens", () => {
    assert.deepEqual(decided("06:56:48"), ["defer quiet_hours"]);
    assert.equal(at("06:56:48")[0].deferUntil, "2026-05-12T05:00:00Z");
    assert.equal(at("08:00:05")[0].actionId, at("06:56:48")[0].actionId);
    assert.deepEqual(decided("08:00:05"), ["notify level=L2"]);
    assert.deepEqual(decided("08:24:39"), ["approve first_send_to_account"]);
    assert.deepEqual(decided("09:41:20"), ["approve blocked_keyword=guarantee"]);
    assert.deepEqual(decided("10:22:34"), ["approve high_value_deal_sar=1240000"]);
    assert.deepEqual(decided("10:47:20"), ["approve blocked_sector=Tobacco"]);
    assert.deepEqual(decided("11:18:33"), ["approve blocked_keyword=final price"]);
    assert.deepEqual(decided("12:21:08"), ["approve contains_legal_topic"]);
    assert.deepEqual(decided("13:26:14"), ["approve blocked_keyword=ضمان"]);
    assert.deepEqual(decided("15:20:44"), ["approve unknown_action_type=bank.transfer"]);
    assert.deepEqual(decided("15:42:17"), ["approve max_consecutive_followups_reached"]);
    assert.deepEqual(decided("16:12:40"), ["approve blocked_keyword=100%"]);
    // Of SAR 38 there are 0.36 left: too little for 0.90, enough for 0.28.
    assert.deepEqual(decided("19:27:11"), ["defer cost_sar_per_day_would_exceed"]);
    assert.equal(at("19:27:11")[0].deferUntil, "2026-05-12T21:00:00Z");
    assert.deepEqual(decided("19:52:44"), ["notify level=L2"]);
    assert.deepEqual(decided("22:41:02"), ["defer quiet_hours"]);
  });

  test("the keywords of the day are disguised", () => {
    const text = readFileSync(ACTIONS, "utf8");
    for (const plain of ["guarantee", "final price", "ضمان", "100%"])
      assert.ok(!text.toLowerCase().includes(plain), plain);
  });

  test("the runaway climbs through the tiers, is locked alone, and comes back", () => {
    const loop = rows.filter(
      (row) => row.agent === "support" && row.at >= "2026-05-12T11:03:00Z" && row.at < "2026-05-12T11:30:00Z",
    );
    const tiers = loop.map((row) => row.escalation).filter((tier, index, all) => tier !== all[index - 1]);
    assert.deepEqual(tiers, [null, "tier_1", "tier_2", "tier_3"]);
    for (const row of loop) assert.equal(row.effect, row.escalation === "tier_3" ? "lock" : "notify");
    const locked = rows.filter((row) => row.effect === "lock");
    assert.ok(locked.length > 20 && locked.every((row) => row.agent === "support"));
    assert.equal(rows.find((row) => row.kind === "unlock").at, "2026-05-12T11:33:20Z");
    assert.deepEqual(decided("14:36:10"), ["notify level=L2"]);
  });

  test("standard input gives the same, however it is cut and ended", () => {
    const text = readFileSync(ACTIONS, "utf8");
    for (const input of [text, text.trimEnd(), `\ufeff${text.replaceAll("\n", "\r\n")}`]) {
      assert.equal(run(["replay", POLICY, "-", "--json"], { input }).stdout, stdout);
    }
  });

  test("a broken line changes nothing but the exit code", () => {
    const lines = readFileSync(ACTIONS, "utf8").split("\n");
    lines.splice(
      2,
      0,
      '{"at": "2026-05-12T06:31:00", "id": 5}',
      "nonsense \u202e",
      "",
      '{"at": "2026-05-12T06:31:00Z", "kind": "repot"}',
    );
    const broken = run(["replay", POLICY, "-", "--json"], { input: lines.join("\n") });
    const read = rowsOf(broken.stdout);
    assert.equal(broken.status, 1);
    const errors = read.rows.filter((row) => row.kind === "error");
    assert.deepEqual(
      errors.map((row) => [row.line, row.error.path]),
      [
        [3, "id"],
        [4, ""],
        [6, "kind"],
      ],
    );
    for (const { error } of errors) assert.equal(error.code, "invalid_input");
    const withoutLine = ({ line, ...row }) => row;
    assert.deepEqual(read.rows.filter((row) => row.kind !== "error").map(withoutLine), rows.map(withoutLine));
    assert.deepEqual([read.summary.broken, read.summary.requests], [3, summary.requests]);
    assert.match(broken.stderr, /standard input:3:31: id: expected a string, got 5\n +\{"at"/);
    assert.match(broken.stderr, /standard input:4:2: not valid JSON/);
    assert.match(broken.stderr, /nonsense \\u\{202e\}/);
    assert.match(broken.stderr, /standard input:6:32: kind: /);
  });

  test("a line beyond the limit, and bytes that are no text, are broken lines", () => {
    const input = Buffer.concat([
      Buffer.from(`${request("a")}\n{"x": "${"x".repeat(9 << 20)}"}\n`),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(request("b")),
    ]);
    const long = run(["replay", POLICY, "-", "--json"], { input });
    const read = rowsOf(long.stdout);
    assert.equal(long.status, 1);
    assert.deepEqual(
      read.rows.map((row) => [row.line, row.kind ?? row.actionId]),
      [
        [1, "a"],
        [2, "error"],
        [3, "error"],
        [4, "b"],
      ],
    );
    assert.match(read.rows[1].error.message, /a line of \d+ bytes; at most 8388608 are read/);
    assert.match(read.rows[2].error.message, /not UTF-8/);
  });

  test("memory does not grow with the log", () => {
    const lines = Array.from({ length: 60_000 }, (_, index) =>
      request(`a${index}`, { args: { note: "x".repeat(600) } }),
    );
    const small = run(["replay", POLICY, file("big.jsonl", lines.join("\n")), "--json"], {
      node: ["--max-old-space-size=32"],
    });
    assert.equal(small.status, 0, small.stderr.slice(0, 300));
    assert.equal(rowsOf(small.stdout).summary.requests, lines.length);
  });

  test("what hides or turns text is escaped, and means the same", () => {
    const agent = "sa\u202eles\u200b";
    const { stdout: json } = run(["replay", POLICY, "-", "--json"], { input: request("a", { agent }) });
    assert.match(json, /sa\\u202eles\\u200b/);
    assert.equal(rowsOf(json).rows[0].agent, agent);
    const { stdout: text } = run(["replay", POLICY, "-", "--all"], { input: request("a", { agent }) });
    assert.doesNotMatch(text, /[\u202e\u200b]/);
    assert.match(text, /sa\\u\{202e\}/);
  });
});

describe("replay, for people", () => {
  const { status, stdout, stderr } = run(["replay", POLICY, ACTIONS]);

  test("fits 80 columns, says each thing that did not run, and is no longer than can be read", () => {
    assert.equal(status, 0);
    assert.equal(stderr, "");
    const lines = stdout.split("\n");
    for (const line of lines) assert.ok(width(line) <= 80 && line === line.trimEnd(), JSON.stringify(line));
    assert.ok(lines.length < 170, `${lines.length} lines`);
    assert.match(stdout, /^noor-trading · safe autopilot · times of Asia\/Riyadh\n/);
    assert.match(stdout, /\nTuesday 12 May 2026\n/);
    assert.match(stdout, /^06:56:48 » outreach +send_message +quiet hours; until 08:00$/m);
    assert.match(stdout, /^13:26:14 \? outreach +send_whatsapp +blocked keyword “ضمان”$/m);
    assert.match(stdout, /^14:10:23 ● support +support\.reply +creator told; fast \(tier 1\), still runs$/m);
    assert.match(stdout, /^14:12:36 ■ support +support\.reply +too fast: 15 actions, 3 a minute$/m);
    assert.match(stdout, /^14:12:51 ■ support +support\.reply +\d+ more until 14:16$/m);
    assert.match(stdout, /^14:33:20 ○ support +unlock +Loop with/m);
    assert.match(stdout, /^14:12:44 ■ support +support\.reply +the agent is locked; too fast: 16/m);
    assert.match(stdout, /^19:27:11 » prospecting enrich_lead +needs SAR 0\.9, and 37\.64 of 38 are\s+used; until Wed 00:00$/m);
    assert.match(stdout, /^08:49:30 ✓ 14 ran until 09:26 \(\d+ told\): outreach 7, /m);
    assert.match(stdout, /^● ran, creator told +\d+$/m);
    assert.match(stdout, /^ {2}SAR +█+░ +37\.98 of 38$/m);
  });

  test("what is no action says whom it is about, and what", () => {
    const at = (minute, fields) => JSON.stringify({ at: `2026-05-18T10:0${minute}:00Z`, ...fields });
    const log = [
      at(0, { id: "d", type: "score_deal", agent: "sales" }),
      at(1, { kind: "report", actionId: "d", outcome: "succeeded" }),
      at(2, { kind: "recordUsage", usage: { messages: 1 } }),
      at(3, { kind: "lock", by: { id: "sara", role: "creator" }, reason: "stop it" }),
    ];
    const { stdout } = run(["replay", "--all", POLICY, "-"], { input: log.join("\n") });
    assert.match(stdout, /^13:01:00 ○ +report +d$/m);
    assert.match(stdout, /^13:02:00 ○ +recordUsage$/m);
    assert.match(stdout, /^13:03:00 ○ all +lock +stop it$/m);
  });

  test("--all shows every action", () => {
    const all = run(["replay", "--all", POLICY, ACTIONS]).stdout;
    assert.equal(
      all.match(/^\d\d:\d\d:\d\d [✓●?»✗■○] /gm).length,
      readFileSync(ACTIONS, "utf8").trimEnd().split("\n").length,
    );
  });

  test("colour only where it is wanted", () => {
    const wants = (env, ...more) => COLOUR.test(run(["check", POLICY, ...more], { env }).stdout);
    assert.equal(wants({}), false);
    assert.equal(wants({ FORCE_COLOR: "1" }), true);
    assert.equal(wants({ FORCE_COLOR: "0" }), false);
    assert.equal(wants({ NO_COLOR: "1" }, "--color"), true);
    assert.equal(wants({ FORCE_COLOR: "1" }, "--no-color"), false);
    const coloured = run(["replay", POLICY, ACTIONS], { env: { FORCE_COLOR: "1" } }).stdout;
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ""), stdout);
  });

  test("a broken line is said in its place, and counted at the end", () => {
    const { status, stdout, stderr } = run(["replay", POLICY, "-"], {
      input: `${request("a")}\n{"at": 1}\n${request("b")}`,
    });
    assert.equal(status, 1);
    assert.match(stderr, /^standard input:2:1: /);
    assert.match(stdout, /1 line of 3 could not be read and did not run/);
    assert.match(stdout, /2 actions/);
  });

  test("an empty log is no error", () => {
    const { status, stdout } = run(["replay", POLICY, "-"], { input: "\n \n" });
    assert.equal(status, 0);
    assert.match(stdout, /no actions/);
  });

  test("a policy that is not valid does not start: exit code 2, and where it is wrong", () => {
    const { status, stdout, stderr } = run(["replay", file("bad.json", '{"customerId": ""}'), ACTIONS]);
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /is not a valid policy[^]*policy\.customerId[^]*\^+[^]*bad\.json:1:2/);
  });

  test("several days are told apart and drawn as one", () => {
    const input = [request("a"), request("b", { at: "2026-05-13T22:00:00Z" })].join("\n");
    const { stdout } = run(["replay", POLICY, "-"], { input });
    assert.match(stdout, /\nTuesday 12 May 2026\n[^]*\nThursday 14 May 2026\n01:00:00 ✓ 1 ran: sales\n/);
    assert.match(stdout, /Tuesday 12 May 2026 to Thursday 14 May 2026\nall days in one/);
  });
});
