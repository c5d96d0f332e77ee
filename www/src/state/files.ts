// A log of one's own, kept in the browser's database between visits: the file and its name as one, so that neither is there without the other.

import { isRecord } from "./document.ts";

/** Larger logs are opened again by hand. */
const MAX_BYTES = 256 * 1024 * 1024;
/** A database that another tab blocks, or that is broken, may never answer. */
const PATIENCE_MILLISECONDS = 2000;

/** Null takes away what is there. False where it is not kept: there is no room for it, or no database. */
export async function keepFile(file: File | null): Promise<boolean> {
  const key = file === null || file.size > MAX_BYTES ? null : await inFiles("readwrite", (files) => files.put({ name: file.name, file }, "log"));
  if (key !== null) return true;
  await inFiles("readwrite", (files) => files.delete("log"));
  return false;
}

/** Null where no log of that name is there: another tab may have kept another. */
export async function keptFile(name: string): Promise<Blob | null> {
  const kept: unknown = await inFiles("readonly", (files) => files.get("log"));
  return isRecord(kept) && kept["name"] === name && kept["file"] instanceof Blob ? kept["file"] : null;
}

/** What the database answers, once it has done it; null where it does not. */
async function inFiles<Result>(mode: IDBTransactionMode, use: (files: IDBObjectStore) => IDBRequest<Result>): Promise<Result | null> {
  const database = await opened();
  if (database === null) return null;
  const answer = await new Promise<Result | null>((resolve) => {
    try {
      const transaction = database.transaction("files", mode);
      const request = use(transaction.objectStore("files"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  database.close();
  return answer;
}

function opened(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    let isLate = false;
    const giveUp = () => {
      isLate = true;
      resolve(null);
    };
    const timer = setTimeout(giveUp, PATIENCE_MILLISECONDS);
    try {
      const request = indexedDB.open("interlock-simulator", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("files");
      request.onerror = giveUp;
      request.onsuccess = () => {
        clearTimeout(timer);
        if (isLate) request.result.close();
        else resolve(request.result);
      };
    } catch {
      giveUp();
    }
  });
}
