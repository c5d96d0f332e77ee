// The controls that settings are made with. Each shows the plain words first, and the field's name small beside it.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { seen } from "../i18n/seen.ts";
import { Icon } from "../parts/icons.tsx";
import { at, segmentsOf } from "../state/document.ts";
import { fieldId } from "../state/jump.ts";
import { setValue } from "../state/session.ts";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { Fault } from "../worker/protocol.ts";
import { Told } from "./told.tsx";

/** What the policy says at a path, its default where it says nothing. */
export function useSetting<Value>(path: string): Value | undefined {
  return useStore((state) => at(state.shown, segmentsOf(path))) as Value | undefined;
}

/** What the last check found to be wrong with a field, or with an item of its list. */
function useFault(path: string): Fault | null {
  return useStore(({ checked }) => (checked !== null && !checked.ok && (checked.path === `policy.${path}` || checked.path.startsWith(`policy.${path}[`)) ? checked : null));
}

/** Ties a control to the words about what is wrong with it. */
export function useFaulty(path: string) {
  return useFault(path) === null ? { "aria-invalid": false } : { "aria-invalid": true, "aria-describedby": `${fieldId(path)}-fault` };
}

export function Wrong({ path }: { path: string }) {
  const fault = useFault(path);
  return fault === null ? null : <span class="fault" id={`${fieldId(path)}-fault`}><Told {...fault} /></span>;
}

export function Field({ path, label, children, inline = false, isHalf = false }: { path: string; label?: string; children: ComponentChildren; inline?: boolean; isHalf?: boolean }) {
  const { m } = useWords();
  return (
    <div class={`field ${inline ? "inline" : ""}`}>
      <label for={fieldId(path)}>
        {label ?? m.settings[path] ?? path} <small dir="ltr">{path}</small>
      </label>
      {children}
      {!isHalf && <Wrong path={path} />}
    </div>
  );
}

/** Controls that are one setting together. */
export function Group({ path, label, id = fieldId(path), children }: { path: string; label?: string; id?: string; children: ComponentChildren }) {
  const { m } = useWords();
  const faulty = useFaulty(path);
  return (
    <fieldset class="field" id={id} aria-describedby={faulty["aria-describedby"]}>
      <legend>{label ?? m.settings[path] ?? path} <small dir="ltr">{path}</small></legend>
      {children}
      <Wrong path={path} />
    </fieldset>
  );
}

export function Switch({ path }: { path: string }) {
  const { m } = useWords();
  const value = useSetting<boolean>(path) === true;
  const faulty = useFaulty(path);
  const id = fieldId(path);
  return (
    <div class="field check">
      <input type="checkbox" id={id} {...faulty} checked={value} onChange={({ currentTarget }) => setValue(segmentsOf(path), currentTarget.checked)} />
      <label for={id}>{m.settings[path] ?? path} <small dir="ltr">{path}</small></label>
      <Wrong path={path} />
    </div>
  );
}

interface NumberProps {
  path: string;
  label?: string;
  min?: number;
  max?: number;
  step?: number;
  unit?: ComponentChildren;
  /** Without words of its own: the label is for those who cannot see. */
  bare?: boolean;
}

export function NumberInput({ path, label, min = 0, max, step = 1, unit, bare = false }: NumberProps) {
  const value = useSetting<number | null>(path);
  const [text, setText] = useState(String(value ?? ""));
  // What is wrong with the value before says nothing about a field that is being filled anew.
  const isHalf = text === "" && typeof value === "number";
  const faults = useFaulty(path);
  const faulty = isHalf ? { "aria-invalid": false } : faults;
  useEffect(() => {
    // What is half typed stays as it is.
    if (Number(text) !== value || text === "") setText(String(value ?? ""));
  }, [value]);
  const input = (
    <span class="number">
      <input
        type="number"
        id={fieldId(path)}
        dir="ltr"
        data-policy
        inputMode="decimal"
        min={min}
        max={max}
        step={step}
        value={text}
        aria-label={bare ? label : undefined}
        {...faulty}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          if (currentTarget.value !== "" && !Number.isNaN(currentTarget.valueAsNumber)) setValue(segmentsOf(path), currentTarget.valueAsNumber);
        }}
        onBlur={() => text === "" && setText(String(value ?? ""))}
      />
      {unit !== undefined && <span class="unit">{unit}</span>}
    </span>
  );
  if (bare) return <>{input}{!isHalf && <Wrong path={path} />}</>;
  return <Field path={path} {...(label === undefined ? {} : { label })} isHalf={isHalf} inline>{input}</Field>;
}

export function Text({ path, list }: { path: string; list?: string }) {
  const value = useSetting<string>(path) ?? "";
  const faulty = useFaulty(path);
  return (
    <Field path={path} inline>
      <input type="text" id={fieldId(path)} {...faulty} dir="auto" data-policy list={list} value={value} spellcheck={false} onInput={({ currentTarget }) => setValue(segmentsOf(path), currentTarget.value)} />
    </Field>
  );
}

export function Choice({ path, options }: { path: string; options: Record<string, string> }) {
  const value = useSetting<string>(path) ?? "";
  const faulty = useFaulty(path);
  return (
    <Field path={path} inline>
      <select id={fieldId(path)} {...faulty} value={value} onChange={({ currentTarget }) => setValue(segmentsOf(path), currentTarget.value)}>
        {Object.entries(options).map(([name, words]) => <option key={name} value={name}>{words}</option>)}
      </select>
    </Field>
  );
}

/** A list of words, each with a way to take it out. */
export function Tags({ path, placeholder, type = "text" }: { path: string; placeholder: string; type?: "text" | "date" }) {
  const { m } = useWords();
  const words = useSetting<string[]>(path) ?? [];
  const faulty = useFaulty(path);
  const [text, setText] = useState("");
  const add = () => {
    const word = text.trim();
    setText("");
    if (word !== "" && !words.includes(word)) setValue(segmentsOf(path), [...words, word]);
  };
  return (
    <Field path={path}>
      <ul class="tags">
        {words.slice(0, 200).map((word, index) => (
          <li key={word}>
            <bdi>{seen(word)}</bdi>
            <button type="button" class="plain icon-only" aria-label={m.form.remove(seen(word))} onClick={() => setValue(segmentsOf(path), words.filter((_, place) => place !== index))}><Icon name="close" /></button>
          </li>
        ))}
      </ul>
      <form class="add" onSubmit={(event) => { event.preventDefault(); add(); }}>
        {type === "date" ? (
          <input id={fieldId(path)} {...faulty} type="date" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        ) : (
          <input id={fieldId(path)} {...faulty} type="text" dir="auto" placeholder={placeholder} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        )}
        <button type="submit">{m.form.add}</button>
      </form>
    </Field>
  );
}
