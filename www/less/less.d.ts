/** The parts of the package `less` that `main.ts` uses; it has no declarations of its own. */
declare module "less/lib/less/index.js" {
  export interface FileInfo {
    filename?: string;
  }

  export interface LessError {
    message?: string;
    filename?: string;
    /** Counts from 1. */
    line?: number | null;
    /** Counts from 0. */
    column?: number | null;
  }

  interface Tree {
    genCSS(
      context: { numPrecision: number },
      output: { add(chunk: string, file?: FileInfo, index?: number): void; isEmpty(): boolean },
    ): void;
  }

  interface Less {
    PluginLoader: new () => unknown;
    LessError: new (thrown: unknown, imports: unknown) => LessError;
    parse(
      input: string,
      options: Record<string, unknown>,
      callback: (error: LessError | null, root: Tree | undefined, imports: unknown, options: unknown) => void,
    ): void;
    transformTree(root: Tree, options: unknown): Tree;
  }

  export default function createLess(
    environment: Record<string, (...args: never[]) => unknown>,
    fileManagers: unknown[],
  ): Less;
}

declare module "less/lib/less/environment/abstract-file-manager.js" {
  export default class AbstractFileManager {
    isPathAbsolute(path: string): boolean;
    tryAppendExtension(path: string, extension: string): string;
  }
}
