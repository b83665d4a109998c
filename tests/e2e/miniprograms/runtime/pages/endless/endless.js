/** Yields for ever. */
function* numbers() {
  let n = 0;
  while (true) yield n++;
}

Page({
  /** Loops of all kinds, and what they come to. */
  async results() {
    const results = [];
    for (const n of numbers()) if (n === 3) break; else results.push(n);
    outer: while (true) {
      let i = 0;
      do if (++i === 2) continue; else if (i > 4) break outer;
      while (true)
    }
    let text = '';
    for (let i = 0, f; ; i++) { f = () => i; if (i > 2) break; text += f(); }
    let left = 5_000; while (left) left--;
    results.push(text, left);
    let turns = 0;
    while (turns < 3) turns += await new Promise((done) => setTimeout(() => done(1)));
    if (turns) for (; turns < 5;) turns++; else turns = -1;
    const { length } = results; { while (results.length > length) results.pop(); }
    return [...results, turns];
  },

  spin() {
    getApp().calls.push('spins');
    while (true) {
      try {
        for (;;);
      } catch (error) {
        getApp().calls.push(error.message);
      }
    }
  },
});
