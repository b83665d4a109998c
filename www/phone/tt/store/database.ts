/**
 * The one IndexedDB database of all phones: a table of values, each named by owner, part and key.
 * An owner is a project on a phone: two projects do not see each other's data.
 * What is written is sent to the browser at once and committed there even if the page is gone the
 * next moment; nobody waits for it.
 */

const TABLE = "values";

/** What one part of one owner keeps, by key. */
export interface Table {
  /** As it was when the database was opened. */
  readonly initial: ReadonlyMap<string, unknown>;
  put(key: string, value: unknown): void;
  delete(keys: Iterable<string>): void;
}

/**
 * Opens the tables of an owner. Where the browser has no database for us (a private window), they
 * are empty and remember nothing.
 */
export async function openTables<Part extends string>(
  owner: string,
  parts: readonly Part[],
): Promise<Record<Part, Table>> {
  const database = await open().catch((error: unknown) => {
    console.warn(
      "This browser keeps nothing: storage and files of the phone are lost when it starts anew.",
      error,
    );
    return null;
  });
  const tables = {} as Record<Part, Table>;
  for (const part of parts) {
    tables[part] = {
      initial: database ? await readAll(database, [owner, part]) : new Map(),
      put: (key, value) => change(database, (table) => table.put(value, [owner, part, key])),
      delete: (keys) =>
        change(database, (table) => {
          for (const key of keys) table.delete([owner, part, key]);
        }),
    };
  }
  return tables;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("tt-sim-phones", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(TABLE);
      // The database of earlier versions does not say whose data it is.
      indexedDB.deleteDatabase("tt-rtc-phones");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** All values whose key begins with `prefix`, by the last part of their key. */
async function readAll(
  database: IDBDatabase,
  prefix: [owner: string, part: string],
): Promise<Map<string, unknown>> {
  const table = database.transaction(TABLE).objectStore(TABLE);
  // An array sorts after every string, so this is the range of all keys below the prefix.
  const range = IDBKeyRange.bound(prefix, [...prefix, []]);
  const [keys, values] = await Promise.all([result(table.getAllKeys(range)), result(table.getAll(range))]);
  return new Map(keys.map((key, index) => [(key as string[])[2] ?? "", values[index] as unknown]));
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function change(database: IDBDatabase | null, work: (table: IDBObjectStore) => void): void {
  if (!database) return;
  const transaction = database.transaction(TABLE, "readwrite");
  transaction.onabort = () =>
    console.warn("The browser did not keep what the phone wrote.", transaction.error);
  work(transaction.objectStore(TABLE));
  transaction.commit();
}
