/** What `Promise.prototype.finally` does. Programs replace that one with old polyfills, some of which lose the result. */
export async function lastly<T>(work: Promise<T>, act: () => void): Promise<T> {
  try {
    return await work;
  } finally {
    act();
  }
}
