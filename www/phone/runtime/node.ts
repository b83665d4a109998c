/** From what page code holds to glass-easel's component. */
import type { GeneralComponent } from "glass-easel";
import { nodeWithIds } from "./ids";

/** Where an instance keeps its glass-easel component. */
export const NODE = Symbol("node");

/** The component that an object stands for: an instance, or what a framework has in its place. */
export function nodeOf(object: unknown): GeneralComponent | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  return (object as { readonly [NODE]?: GeneralComponent })[NODE] ?? nodeWithIds(object);
}
