/** Digests of files. Browsers have no MD5, so it is here: RFC 1321. */

/** In hexadecimal digits. */
export async function digest(algorithm: "md5" | "sha1", data: Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = algorithm === "md5" ? md5(data) : new Uint8Array(await crypto.subtle.digest("SHA-1", data));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

function md5(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array((((data.length + 8) >> 6) + 1) << 6);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, data.length << 3, true);
  view.setUint32(padded.length - 4, data.length / 0x20000000, true);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let step = 0; step < 64; step += 1) {
      const round = step >> 4;
      const mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round] ?? 0;
      const word = [step, 5 * step + 1, 3 * step + 5, 7 * step][round] ?? 0;
      const constant = Math.floor(Math.abs(Math.sin(step + 1)) * 0x100000000);
      const sum = a + mixed + constant + view.getUint32(block + (word & 15) * 4, true);
      const shift = SHIFTS[round * 4 + (step & 3)] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | ((sum | 0) >>> (32 - shift)))) | 0];
    }
    for (const [index, value] of [a, b, c, d].entries()) state[index] = ((state[index] ?? 0) + value) | 0;
  }
  const result = new DataView(new ArrayBuffer(16));
  for (const [index, value] of state.entries()) result.setUint32(index * 4, value, true);
  return new Uint8Array(result.buffer);
}
