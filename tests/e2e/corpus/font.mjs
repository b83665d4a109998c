// A TrueType font whose glyphs are boxes, so that pictures do not depend on the fonts of a machine.
//
// A letter is a box half an em wide, a Chinese character one of a whole em; blanks draw nothing.
// `buildFont` also makes fonts of other polygons (the icon font of the program color-styles is one).

const EM = 1000;
const ASCENT = 880;
const DESCENT = 120;

/** A box with a border: an outer contour and an inner one that runs the other way round. */
function box(width, height) {
  const [left, right, bottom, top] = [60, width - 60, 0, height];
  const line = 70;
  return [
    [
      [left, bottom],
      [left, top],
      [right, top],
      [right, bottom],
    ],
    [
      [left + line, bottom + line],
      [right - line, bottom + line],
      [right - line, top - line],
      [left + line, top - line],
    ],
  ];
}
const solid = (left, right, bottom, top) => [
  [
    [left, bottom],
    [left, top],
    [right, top],
    [right, bottom],
  ],
];

/** The font of all texts: groups of code points, each with one glyph. */
export function boxFont() {
  const glyphs = [
    { advance: 500, contours: box(500, 700) },
    { advance: 500, contours: [] },
    { advance: 1000, contours: [] },
    { advance: 0, contours: [] },
    { advance: 500, contours: box(500, 700) },
    { advance: 500, contours: box(500, 500) },
    { advance: 500, contours: solid(120, 380, 0, 700) },
    { advance: 500, contours: solid(180, 320, 0, 160) },
    { advance: 1000, contours: box(1000, 800) },
  ];
  const [, BLANK, WIDE_BLANK, NOTHING, TALL, LOW, DIGIT, DOT, WIDE] = glyphs.keys();
  const groups = [
    [0x20, 0x20, BLANK],
    [0x21, 0x2f, DOT],
    [0x30, 0x39, DIGIT],
    [0x3a, 0x40, DOT],
    [0x41, 0x5a, TALL],
    [0x5b, 0x60, DOT],
    [0x61, 0x7a, LOW],
    [0x7b, 0x9f, DOT],
    [0xa0, 0xa0, BLANK],
    [0xa1, 0x2ff, TALL],
    [0x300, 0x36f, NOTHING],
    [0x370, 0x1fff, TALL],
    [0x2000, 0x200a, BLANK],
    [0x200b, 0x200f, NOTHING],
    [0x2010, 0x2027, DOT],
    [0x2028, 0x202f, NOTHING],
    [0x2030, 0x205f, DOT],
    [0x2060, 0x206f, NOTHING],
    [0x2070, 0x218f, TALL],
    [0x2190, 0x2fff, WIDE],
    [0x3000, 0x3000, WIDE_BLANK],
    [0x3001, 0xd7ff, WIDE],
    [0xe000, 0xfdff, WIDE],
    [0xfe00, 0xfe0f, NOTHING],
    [0xfe10, 0xfefe, WIDE],
    [0xfeff, 0xfeff, NOTHING],
    [0xff00, 0xfffd, WIDE],
    [0x1f000, 0x1ffff, WIDE],
  ];
  return buildFont("Corpus Boxes", glyphs, groups);
}

/**
 * @param name of the family
 * @param glyphs each `{ advance, contours }`, a contour being a list of corners; the first is for what is missing
 * @param groups `[first, last, glyph]`: code points that share a glyph, in order
 */
export function buildFont(name, glyphs, groups) {
  const outlines = glyphs.map(outline);
  const offsets = [0];
  for (const bytes of outlines) offsets.push(offsets.at(-1) + bytes.length);
  const tables = {
    "OS/2": os2(groups),
    cmap: cmap(groups),
    glyf: Buffer.concat(outlines),
    head: pack(
      "I 0x10000 I 0x10000 I 0 I 0x5f0f3cf5 H 3 H " + EM,
      "Q 0 Q 0",
      `h 0 h ${-DESCENT} h ${EM} h ${ASCENT}`,
      "H 0 H 8 h 2 h 1 h 0",
    ),
    hhea: pack(
      `I 0x10000 h ${ASCENT} h ${-DESCENT} h 0 H ${EM} h 0 h 0 h ${EM} h 1 h 0 h 0 h 0 h 0 h 0 h 0 h 0 H ${glyphs.length}`,
    ),
    hmtx: pack(...glyphs.map(({ advance, contours }) => `H ${advance} h ${leftOf(contours)}`)),
    loca: pack(...offsets.map((offset) => `I ${offset}`)),
    maxp: pack(`I 0x10000 H ${glyphs.length} H 64 H 8 H 0 H 0 H 1 H 0 H 0 H 0 H 0 H 0 H 0 H 0 H 0`),
    name: names(name),
    post: pack("I 0x30000 I 0 h -100 h 50 I 0 I 0 I 0 I 0 I 0"),
  };
  const tags = Object.keys(tables);
  const head = Buffer.alloc(12 + 16 * tags.length);
  const power = 2 ** Math.floor(Math.log2(tags.length));
  head.writeUInt32BE(0x10000, 0);
  [tags.length, power * 16, Math.log2(power), (tags.length - power) * 16].forEach((value, at) =>
    head.writeUInt16BE(value, 4 + 2 * at),
  );
  const bodies = [];
  let at = head.length;
  tags.forEach((tag, index) => {
    const table = tables[tag];
    const entry = 12 + 16 * index;
    head.write(tag, entry, "latin1");
    [checksum(table), at, table.length].forEach((value, part) =>
      head.writeUInt32BE(value, entry + 4 + 4 * part),
    );
    bodies.push(padded(table));
    at += bodies.at(-1).length;
  });
  const font = Buffer.concat([head, ...bodies]);
  font.writeUInt32BE(
    (0xb1b0afba - checksum(font)) >>> 0,
    font.readUInt32BE(12 + 16 * tags.indexOf("head") + 8) + 8,
  );
  return font;
}

/** Writes numbers after a description such as `"H 3 h -1"`: unsigned and signed, 2, 4 or 8 bytes. */
function pack(...parts) {
  const words = parts.join(" ").split(" ");
  const bytes = [];
  for (let at = 0; at < words.length; at += 2) {
    const size = { b: 1, B: 1, h: 2, H: 2, I: 4, Q: 8 }[words[at]];
    const buffer = Buffer.alloc(size);
    if (size === 8) buffer.writeBigInt64BE(BigInt(words[at + 1]));
    else if (words[at] === "h" || words[at] === "b") buffer.writeIntBE(Number(words[at + 1]), 0, size);
    else buffer.writeUIntBE(Number(words[at + 1]), 0, size);
    bytes.push(buffer);
  }
  return Buffer.concat(bytes);
}

const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

function checksum(bytes) {
  const whole = padded(bytes);
  let sum = 0;
  for (let at = 0; at < whole.length; at += 4) sum = (sum + whole.readUInt32BE(at)) >>> 0;
  return sum;
}

const leftOf = (contours) => Math.min(...(contours.length === 0 ? [0] : contours.flat().map(([x]) => x)));

function outline({ contours }) {
  if (contours.length === 0) return Buffer.alloc(0);
  const points = contours.flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const steps = (values) => values.map((value, at) => `h ${value - (values[at - 1] ?? 0)}`);
  let end = -1;
  const ends = contours.map((contour) => `H ${(end += contour.length)}`);
  return padded(
    pack(
      `h ${contours.length} h ${Math.min(...xs)} h ${Math.min(...ys)} h ${Math.max(...xs)} h ${Math.max(...ys)}`,
      ...ends,
      "H 0",
      ...points.map(() => "B 1"),
      ...steps(xs),
      ...steps(ys),
    ),
  );
}

/** Format 13 gives all code points of a group the same glyph. */
function cmap(groups) {
  return pack(
    "H 0 H 1 H 3 H 10 I 12",
    `H 13 H 0 I ${16 + 12 * groups.length} I 0 I ${groups.length}`,
    ...groups.map(([first, last, glyph]) => `I ${first} I ${last} I ${glyph}`),
  );
}

function os2(groups) {
  const last = Math.min(0xffff, groups.at(-1)[1]);
  return pack(
    "H 4 h 500 H 400 H 5 H 0 h 650 h 600 h 0 h 75 h 650 h 600 h 0 h 350 h 50 h 250 h 0",
    "B 2 B 0 B 5 B 3 B 0 B 0 B 0 B 0 B 0 B 0",
    "I 0xffffffff I 0xffffffff I 0xffffffff I 0xffffffff",
    `I 0x20202020 H 0x40 H ${groups[0][0]} H ${last} h ${ASCENT} h ${-DESCENT} h 0 H ${ASCENT} H ${DESCENT}`,
    "I 0xffffffff I 0xffffffff h 500 h 700 H 0 H 32 H 2",
  );
}

function names(family) {
  const texts = [
    [1, family],
    [2, "Regular"],
    [3, family],
    [4, family],
    [6, family.replaceAll(" ", "-")],
  ];
  const strings = texts.map(([, text]) => Buffer.from(text, "utf16le").swap16());
  let at = 0;
  const records = texts.map(([id], index) => {
    const record = `H 3 H 1 H 0x409 H ${id} H ${strings[index].length} H ${at}`;
    at += strings[index].length;
    return record;
  });
  return Buffer.concat([pack(`H 0 H ${texts.length} H ${6 + 12 * texts.length}`, ...records), ...strings]);
}
