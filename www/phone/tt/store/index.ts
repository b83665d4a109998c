/** What a phone keeps: see {@link Store}. */
import type { Store } from "../../phone";
import { openTables } from "./database";
import { FileTree } from "./files";
import { STORAGE_LIMITS, StoredValues } from "./key-values";

/** Opens what is kept under this name, of a project and a phone; where the browser keeps nothing, an empty store. */
export async function openStore(name: string): Promise<Store & { readonly files: FileTree }> {
  const tables = await openTables(name, ["storage", "state", "files"]);
  return {
    storage: new StoredValues(tables.storage, STORAGE_LIMITS),
    state: new StoredValues(tables.state, { value: Infinity, total: Infinity }),
    files: new FileTree(tables.files),
  };
}
