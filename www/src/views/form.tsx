// The policy for people who do not read JSON, ordered by what they have in mind rather than by the document's fields.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { segmentsOf, valueOf } from "../state/document.ts";
import { COSTS } from "../state/draft.ts";
import { setValue } from "../state/session.ts";
import { CAPS } from "../state/settings.ts";
import { fieldId } from "../state/jump.ts";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { Choice, Group, NumberInput, Switch, Tags, Text, useSetting } from "./fields.tsx";
import { Clock } from "./clock.tsx";
import { Fresh } from "./fresh.tsx";
import { Mode } from "./mode.tsx";
import { ActionKinds, Agents, levelOptions } from "./entries.tsx";

const NO_OPTIONS: readonly string[] = [];

export function Form() {
  const { m } = useWords();
  const isBroken = useStore(({ document }) => valueOf(document.policy) === null);
  if (isBroken) return <><p class="quiet">{m.form.broken}</p><Fresh /></>;
  return (
    <div class="form">
      <Section name="autonomy" isOpen><Mode /></Section>
      <Section name="people" isOpen><People /></Section>
      <Section name="budget" isOpen><Budgets /></Section>
      <Section name="quiet" isOpen><Quiet /></Section>
      <Section name="speed"><Speed /></Section>
      <Section name="actions"><ActionKinds /></Section>
      <Section name="agents"><Agents /></Section>
      <Section name="approvals"><Approvals /></Section>
      <Section name="anomaly"><AnomalySigns /></Section>
      <Section name="general"><General /></Section>
      <p class="foot">{m.footer}</p>
      <Fresh />
    </div>
  );
}

function Section({ name, isOpen = false, children }: { name: keyof ReturnType<typeof useWords>["m"]["form"]["sections"]; isOpen?: boolean; children: ComponentChildren }) {
  const { m } = useWords();
  return (
    <details class="section" open={isOpen} id={`section-${name}`}>
      <summary>{m.form.sections[name]}</summary>
      {children}
    </details>
  );
}

function People() {
  const { m, f } = useWords();
  const currency = f.currency(useSetting<string>("currency") ?? "");
  return (
    <>
      <Switch path="requireHumanForFirstSend" />
      <Switch path="requireHumanForLegalTopics" />
      <Switch path="confirmWrites" />
      <NumberInput path="requireHumanForHighValueDealsAbove" step={1000} unit={currency} />
      <NumberInput path="maxConsecutiveFollowups" />
      <Choice path="unknownActions" options={m.form.unknown} />
      <Choice path="defaultLevel" options={levelOptions(m.form.levels)} />
      <Tags path="blockedKeywords" placeholder={m.form.newKeyword} />
      <Tags path="blockedSectors" placeholder={m.form.newSector} />
    </>
  );
}

function Budgets() {
  const { m, f } = useWords();
  const run = useStore((state) => state.current);
  const currency = f.currency(useSetting<string>("currency") ?? "");
  return (
    <>
      {COSTS.map((dimension) => {
        const cap = CAPS[dimension];
        const used = run?.peaks[dimension].used ?? 0;
        return <Cap key={cap} path={`budget.${cap}`} used={used} said={m.form.used(f.compact(used))} {...(dimension === "amount" ? { unit: currency } : {})} />;
      })}
      <Choice path="budgetScope" options={m.form.scopes} />
    </>
  );
}

function Cap({ path, used, said, unit }: { path: string; used: number; said: string; unit?: string }) {
  const cap = useSetting<number>(path) ?? 0;
  const share = cap === 0 ? 1 : Math.min(1, used / cap);
  return (
    <div class="cap">
      <NumberInput path={path} step={unit === undefined ? 10 : 1} {...(unit === undefined ? {} : { unit })} />
      <div class={`meter ${used >= cap ? "full" : ""}`} role="img" aria-label={said} title={said}><span style={{ inlineSize: `${share * 100}%` }} /></div>
    </div>
  );
}

function Quiet() {
  const { m } = useWords();
  const hours = useSetting<{ start: number; end: number } | null>("quietHours") ?? null;
  return (
    <>
      <Group path="quietHours" id="quiet-hours">
        <div class="quiet-hours">
          <Clock hours={hours} />
          <div>
            <label class="check"><input type="checkbox" checked={hours === null} onChange={({ currentTarget }) => setValue(["quietHours"], currentTarget.checked ? null : { start: 21, end: 8 })} /> {m.form.noQuiet}</label>
            <HourChoice path="quietHours.start" value={hours?.start ?? null} />
            <HourChoice path="quietHours.end" value={hours?.end ?? null} />
          </div>
        </div>
      </Group>
      <Tags path="blockedDates" placeholder={m.form.newDate} type="date" />
    </>
  );
}

function HourChoice({ path, value }: { path: string; value: number | null }) {
  const { m, f } = useWords();
  return (
    <label class="hour">
      {m.settings[path]}{" "}
      <select id={path.endsWith("start") ? fieldId("quietHours") : fieldId(path)} disabled={value === null} value={value ?? ""} onChange={({ currentTarget }) => setValue(segmentsOf(path), Number(currentTarget.value))}>
        {value === null && <option value="">–</option>}
        {Array.from({ length: 24 }, (_, hour) => <option key={hour} value={hour}>{f.hour(hour)}</option>)}
      </select>
    </label>
  );
}

/** The unit of a setting, in the form that its number asks for. */
function Minutes({ path }: { path: string }) {
  const { m, f } = useWords();
  return <span>{m.form.minutes(useSetting<number>(path) ?? 0, f)}</span>;
}

function Speed() {
  const { m, f } = useWords();
  return (
    <>
      {(["tier_1", "tier_2", "tier_3"] as const).map((tier, index) => (
        <Group key={tier} path={`velocity.${tier}`} label={m.form.tier[tier]}>
          <div class={`tier tier-${index + 1}`}>
            <NumberInput bare path={`velocity.${tier}.actionsPerMinute`} label={`${m.form.tier[tier]}: ${m.form.perMinute}`} step={0.1} />
            <span>{m.form.perMinute}</span>
            <NumberInput bare path={`velocity.${tier}.windowMinutes`} label={`${m.form.tier[tier]}: ${m.form.minutes(0, f)}`} min={1} />
            <Minutes path={`velocity.${tier}.windowMinutes`} />
          </div>
        </Group>
      ))}
      <Choice path="velocityScope" options={m.form.velocityScopes} />
      <Text path="executors.tier_1" />
      <Text path="executors.tier_2" />
    </>
  );
}

function Approvals() {
  return (
    <>
      <NumberInput path="approvals.quorum" min={1} />
      <NumberInput path="approvals.expiresAfterMinutes" min={1} step={60} unit={<Minutes path="approvals.expiresAfterMinutes" />} />
      <Switch path="approvals.separationOfDuties" />
      <NumberInput path="grantTimeoutMinutes" min={1} step={60} unit={<Minutes path="grantTimeoutMinutes" />} />
    </>
  );
}

const METRICS = ["successRate", "efficiencyScore", "responseTime", "marketImpact"] as const;

function AnomalySigns() {
  const { m } = useWords();
  return (
    <>
      {(["tier_2", "tier_3"] as const).map((tier) => (
        <Group key={tier} path={`anomaly.tiers.${tier}`} label={m.form.anomalyTier[tier]}>
          <div class="metrics">
            {METRICS.map((metric) => (
              <label key={metric}>
                <span>{m.form.metric[metric]} {metric === "responseTime" ? m.form.orAbove : m.form.orBelow}</span>
                <NumberInput bare path={`anomaly.tiers.${tier}.thresholds.${metric}`} label={`${m.form.anomalyTier[tier]}: ${m.form.metric[metric]}`} step={metric === "responseTime" ? 5 : 0.05} />
              </label>
            ))}
          </div>
        </Group>
      ))}
    </>
  );
}

function General() {
  const [zones] = useState(() => (typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : NO_OPTIONS));
  return (
    <>
      <Text path="customerId" />
      <Text path="currency" />
      <Text path="timeZone" list="zones" />
      <datalist id="zones">{zones.map((zone) => <option key={zone} value={zone} />)}</datalist>
    </>
  );
}
