// The controls that settings are made with. Each shows the plain words first, and the field's name small beside it.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../i18n/index.ts";
import { Icon } from "../parts/icons.tsx";
import { at, segmentsOf } from "../state/document.ts";
import { fieldId } from "../state/jump.ts";
import { setValue } from "../state/session.ts";
import { useStore } from "../state/store.ts";

/** What the policy says at a path, its default where it says nothing. */
export function useSetting<Value>(path: string): Value | undefined {
  return useStore((state) => at(state.shown, segmentsOf(path))) as Value | undefined;
}

/** Whether the last check found this field to be wrong. */
function useFault(path: string): string | null {
  return useStore(({ checked }) => (checked !== null && !checked.ok && checked.path === `policy.${path}` ? checked.message : null));
}

export function Field({ path, label, children, inline = false }: { path: string; label?: string; children: ComponentChildren; inline?: boolean }) {
  const { m } = useWords();
  const fault = useFault(path);
  const id = fieldId(path);
  return (
    <div class={`field ${inline ? "inline" : ""} ${fault === null ? "" : "wrong"}`}>
      <label for={id}>
        {label ?? m.settings[path] ?? path} <small dir="ltr">{path}</small>
      </label>
      {children}
      {fault !== null && <p class="fault" lang="en" dir="ltr" id={`${id}-fault`}>{fault}</p>}
    </div>
  );
}

export function Switch({ path }: { path: string }) {
  const { m } = useWords();
  const value = useSetting<boolean>(path) === true;
  const id = fieldId(path);
  return (
    <div class="field check">
      <input type="checkbox" id={id} checked={value} onChange={({ currentTarget }) => setValue(segmentsOf(path), currentTarget.checked)} />
      <label for={id}>{m.settings[path] ?? path} <small dir="ltr">{path}</small></label>
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
  const fault = useFault(path);
  const [text, setText] = useState(String(value ?? ""));
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
        aria-invalid={fault !== null}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          if (currentTarget.value !== "" && !Number.isNaN(currentTarget.valueAsNumber)) setValue(segmentsOf(path), currentTarget.valueAsNumber);
        }}
        onBlur={() => text === "" && setText(String(value ?? ""))}
      />
      {unit !== undefined && <span class="unit">{unit}</span>}
    </span>
  );
  return bare ? input : <Field path={path} {...(label === undefined ? {} : { label })} inline>{input}</Field>;
}

export function Text({ path, list }: { path: string; list?: string }) {
  const value = useSetting<string>(path) ?? "";
  return (
    <Field path={path} inline>
      <input type="text" id={fieldId(path)} dir="auto" data-policy list={list} value={value} spellcheck={false} onInput={({ currentTarget }) => setValue(segmentsOf(path), currentTarget.value)} />
    </Field>
  );
}

export function Choice({ path, options, label, bare = false }: { path: string; options: Record<string, string>; label?: string; bare?: boolean }) {
  const value = useSetting<string>(path) ?? "";
  const select = (
    <select id={fieldId(path)} value={value} aria-label={bare ? label : undefined} onChange={({ currentTarget }) => setValue(segmentsOf(path), currentTarget.value)}>
      {Object.entries(options).map(([name, words]) => <option key={name} value={name}>{words}</option>)}
    </select>
  );
  return bare ? select : <Field path={path} {...(label === undefined ? {} : { label })} inline>{select}</Field>;
}

/** A list of words, each with a way to take it out. */
export function Tags({ path, placeholder, type = "text" }: { path: string; placeholder: string; type?: "text" | "date" }) {
  const { m } = useWords();
  const words = useSetting<string[]>(path) ?? [];
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
            <bdi>{word}</bdi>
            <button type="button" class="plain icon-only" aria-label={m.form.remove(word)} onClick={() => setValue(segmentsOf(path), words.filter((_, place) => place !== index))}><Icon name="close" /></button>
          </li>
        ))}
      </ul>
      <form class="add" onSubmit={(event) => { event.preventDefault(); add(); }}>
        {type === "date" ? (
          <input id={fieldId(path)} type="date" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        ) : (
          <input id={fieldId(path)} type="text" dir="auto" placeholder={placeholder} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        )}
        <button type="submit">{m.form.add}</button>
      </form>
    </Field>
  );
}
