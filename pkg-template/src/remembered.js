/** @import { Bindings } from "#glue" */
/** @import { Engine } from "./engine.js" */

const MAX_WORDS = 1000;
const MAX_WORD = 256;

/**
 * What the engine says of words under one policy, each asked once. It says the same in every instance.
 * @template Answer
 */
export class Remembered {
  #ask;
  /** @type {Map<string, Answer>} */
  #answers = new Map();

  /** @param {(bindings: Bindings, policy: number, word: string) => Answer} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * Undefined where the word is longer than is worth remembering.
   * @param {string} word
   * @param {Engine} engine
   * @param {number} policy
   */
  of(word, engine, policy) {
    const known = this.#answers.get(word);
    if (known !== undefined || word.length > MAX_WORD) return known;
    // Words may come from anybody, and without end.
    if (this.#answers.size >= MAX_WORDS) this.#answers.clear();
    const answer = this.#ask(engine.bindings, policy, word);
    this.#answers.set(word, answer);
    return answer;
  }
}
