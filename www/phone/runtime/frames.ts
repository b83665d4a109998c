/**
 * Frames for a phone that is out of sight. A browser draws none for a page of another origin than the
 * window's while it is scrolled away, and the desk's phones are such; a phone in a hand runs on.
 */

/** How long a frame may take before one is made up, in milliseconds: longer than any that a browser draws. */
const LATE = 250;

/** From now on `requestAnimationFrame` calls back in any case. */
export function keepFramesComing(target: Window & typeof globalThis = window): void {
  const request = target.requestAnimationFrame.bind(target);
  const cancel = target.cancelAnimationFrame.bind(target);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  target.requestAnimationFrame = (callback) => {
    const once = (time: number): void => {
      if (drop(id)) callback(time);
    };
    const id = request(once);
    timers.set(
      id,
      setTimeout(() => once(performance.now()), LATE),
    );
    return id;
  };
  target.cancelAnimationFrame = (id) => void drop(id);

  /** Whether it was still waited for. */
  function drop(id: number): boolean {
    clearTimeout(timers.get(id));
    cancel(id);
    return timers.delete(id);
  }
}

/** Settles when an animation has ended, or would have. */
export async function ended(animation: Animation, duration: number): Promise<void> {
  const late = new Promise((done) => setTimeout(done, duration + LATE));
  // Cancelled when its element goes away in the meantime.
  await Promise.race([animation.finished.catch(() => {}), late]);
}
