// Ids that were seen, by their hashes: a few bytes each of a million, where the ids would be a hundred. Two may be taken for one, rarely.

const FIRST_ROOM = 4096;
/** What was seen of an id is in the lowest bit; a place where nothing is is 0. */
const GRANTED = 1;

export class Seen {
  #table = new Uint32Array(FIRST_ROOM);
  #size = 0;

  /** Notes that an id was granted or refused; says what was noted last. */
  put(id: string, isGranted: boolean): "granted" | "refused" | null {
    if (this.#size * 2 >= this.#table.length) this.#grow();
    const hash = hashOf(id);
    const place = placeOf(this.#table, hash);
    const before = this.#table[place] as number;
    this.#table[place] = isGranted ? hash | GRANTED : hash;
    if (before !== 0) return (before & GRANTED) === 0 ? "refused" : "granted";
    this.#size += 1;
    return null;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#table.length * 2);
    for (const entry of this.#table) if (entry !== 0) larger[placeOf(larger, (entry & ~GRANTED) >>> 0)] = entry;
    this.#table = larger;
  }
}

/** Where a hash stands, or would stand. */
function placeOf(table: Uint32Array, hash: number): number {
  const mask = table.length - 1;
  let place = (hash >>> 1) & mask;
  for (let entry = table[place] as number; entry !== 0 && (entry & ~GRANTED) >>> 0 !== hash; entry = table[place] as number) place = (place + 1) & mask;
  return place;
}

/** Mixed as MurmurHash3 does it, since ids are alike; even, and never 0. */
function hashOf(text: string): number {
  let hash = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const mixed = Math.imul(text.charCodeAt(at), 0xcc9e2d51);
    hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) & ~GRANTED) >>> 0 || 2;
}
