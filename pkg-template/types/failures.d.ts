import type { Access } from "./document.js";
import type { Time } from "./rules.js";

/** The kind of a failure. */
export type ErrorCategory =
  /** It may pass: the one kind that is worth another try. */
  | "transient"
  /** What was asked for is wrong: tell the user. */
  | "validation"
  /** Not allowed: escalate. */
  | "auth"
  /** Nobody knows: escalate. */
  | "unknown";

/** The argument of {@link classifyMcpError}: a status and a message, or what an SDK threw or returned. */
export type McpFailure =
  | {
      /** The HTTP status. It decides where it can. */
      statusCode?: number | undefined;
      /** Its words decide the rest. */
      errorMessage?: string | undefined;
      error?: undefined;
    }
  | {
      /**
       * An `Error` of an MCP SDK, a JSON-RPC error, or a result with `isError`. What cannot be read in it is passed
       * over.
       */
      error: unknown;
      statusCode?: undefined;
      errorMessage?: undefined;
    };

/**
 * The kind of a failure: by its HTTP status; else by its JSON-RPC code, or the SDK's or OAuth's name for it; else by
 * the words of its message.
 *
 * @throws {InterlockError} where the argument is wrong; never for what `error` holds
 * @example
 * ```js
 * import { classifyMcpError } from "agent-interlock";
 *
 * console.log(classifyMcpError({ statusCode: 429 })); // transient
 * const thrown = Object.assign(new Error("MCP error -32602: no such order"), { code: -32602 });
 * console.log(classifyMcpError({ error: thrown })); // validation
 * ```
 */
export declare function classifyMcpError(argument: McpFailure): ErrorCategory;

/**
 * Whether a failure is worth another try: a transient one alone.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { isRetryable } from "agent-interlock";
 *
 * console.log(isRetryable({ category: "auth" })); // false
 * ```
 */
export declare function isRetryable(argument: { category: ErrorCategory }): boolean;

/**
 * How often a failed call may be tried again.
 *
 * @example
 * ```js
 * import { maxRetries } from "agent-interlock";
 *
 * console.log(maxRetries()); // 3
 * ```
 */
export declare function maxRetries(): number;

/** The argument of {@link planRetry}. */
export interface RetryCheck {
  category: ErrorCategory;
  /** Which failure this was, from 1. */
  attempt: number;
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /**
   * When the server asked to be asked again: seconds, the text of a `Retry-After` header (seconds or an HTTP date), or
   * an instant as text or `Date`.
   */
  retryAfter?: number | string | Date | undefined;
  /**
   * Spreads retries: anywhere from at once to the full time, always the same for the same seed and attempt. A whole
   * number is its decimal text.
   */
  seed?: string | number | undefined;
}

/** The answer of {@link planRetry}. */
export type RetryPlan =
  /**
   * From this instant on: after the time that doubles with each attempt, or when the server asked for it, where that
   * is later.
   */
  | { retryAt: string; reason: "backoff" | "retry_after" }
  /** Never: another try would fail alike, or there were enough. */
  | { retryAt: null; reason: "not_retryable" | "retries_exhausted" };

/**
 * When a failed call may be tried again: 30, 60, then 120 seconds after the first three failures, and not after a
 * fourth; never before `retryAfter`.
 *
 * @throws {InterlockError} where the argument is wrong, a `retryAfter` that cannot be read too
 * @example
 * ```js
 * import { planRetry } from "agent-interlock";
 *
 * const { retryAt, reason } = planRetry({ category: "transient", attempt: 2, now: "2026-05-18T10:00:00Z", retryAfter: "90" });
 * console.log(new Date(retryAt).getTime() - Date.UTC(2026, 4, 18, 10), reason); // 90000 retry_after
 * ```
 */
export declare function planRetry(argument: RetryCheck): RetryPlan;

/** A tool's annotations in the Model Context Protocol; others beside them are passed over. */
export interface ToolAnnotations {
  /** For people. */
  title?: string | undefined;
  /** It changes nothing. Default: false. */
  readOnlyHint?: boolean | undefined;
  /** What it changes may be lost; otherwise it only adds. Default: true. */
  destructiveHint?: boolean | undefined;
  /** Doing it twice is the same as doing it once. Default: false. */
  idempotentHint?: boolean | undefined;
  /** It deals with a world of unknown others; decides nothing here. Default: true. */
  openWorldHint?: boolean | undefined;
}

/** An operation of an OpenAPI 3 document, as far as it matters here. */
export interface ApiOperation {
  operationId?: string | undefined;
  summary?: string | undefined;
}

/**
 * The argument of {@link classifyTool}: annotations (left out, as a tool may: their defaults), or an operation and its
 * method.
 */
export type ToolDescription =
  | { annotations?: ToolAnnotations | undefined; operation?: undefined; method?: undefined }
  | {
      operation: ApiOperation;
      /** A method of HTTP, in any case. */
      method: string;
      annotations?: undefined;
    };

/** The answer of {@link classifyTool}, in the words of a policy's `actions`. */
export interface ToolClass {
  access: Access;
  needsInterrupt: boolean;
  idempotent: boolean;
}

/**
 * What a tool does, by its MCP annotations or its OpenAPI operation. When unsure, it writes.
 *
 * Annotations are what a server says of itself: trust them as far as the server. `GET` and the like read, unless the
 * operation's words write; `POST` reads where
 * its id or summary begins with a word such as search, query, list or get, and none of their words writes.
 *
 * @throws {InterlockError} where the argument is wrong, an annotation that is no boolean too
 * @example
 * ```js
 * import { classifyTool } from "agent-interlock";
 *
 * console.log(classifyTool({ annotations: { destructiveHint: false } }).access); // write
 * const operation = { operationId: "query-data-source", summary: "Query a data source" };
 * console.log(classifyTool({ operation, method: "post" }).access); // read
 * ```
 */
export declare function classifyTool(argument: ToolDescription): ToolClass;
