// A wasm in a module: `bytes` reads the text that `xtask/src/text.rs` writes.

/** The digits: what stands in a string as it is, and ends no `<script>`. */
const DIGITS = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .filter((digit) => !"\"$'<\\`".includes(digit))
  .join("");
/** The last digits stand for nothing alone, but for more bytes with the digit behind them. */
const ALONE = DIGITS.length - 2;
/** Which byte a digit or a pair stands for: so many characters in hex, ahead of the text. */
const TABLE = 512;

/** The bytes that `text` stands for. */
export function bytes(text) {
  const table = Uint8Array.from({ length: 256 }, (_, index) => parseInt(text.substr(2 * index, 2), 16));
  const digits = new Uint8Array(128);
  for (let index = 0; index < DIGITS.length; index += 1) digits[DIGITS.charCodeAt(index)] = index;
  const all = new Uint8Array(text.length);
  let length = 0;
  for (let at = TABLE; at < text.length; at += 1) {
    let digit = digits[text.charCodeAt(at)];
    if (digit >= ALONE) {
      at += 1;
      digit = ALONE + (digit - ALONE) * DIGITS.length + digits[text.charCodeAt(at)];
    }
    all[length] = table[digit];
    length += 1;
  }
  return all.subarray(0, length);
}
