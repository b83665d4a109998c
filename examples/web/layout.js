// Where the tiles of a call go: rectangles for a number of tiles in a given space. Pure.

const GAP = 8;
/** Pictures wider or taller than this are cropped or left narrower rather than stretched out. */
const WIDEST = 2.5;
const TALLEST = 9 / 16;

/**
 * Rectangles `{x, y, width, height}`: first for `screens` shared screens, then for `people`. Where a
 * screen is shared it gets most of the space, and the people a strip beside or below it.
 */
export function layout(screens, people, width, height) {
  const space = { x: 0, y: 0, width, height };
  if (screens === 0) return grid(people, space);
  if (people === 0) return grid(screens, space);

  if (width > height * 1.15) {
    const strip = clamp(width * 0.24, 110, 240);
    const main = width - strip - GAP;
    return [
      ...grid(screens, { ...space, width: main }, Infinity),
      ...grid(people, { ...space, x: main + GAP, width: strip }),
    ];
  }
  const strip = clamp(height * 0.26, 76, 180);
  const main = height - strip - GAP;
  return [
    ...grid(screens, { ...space, height: main }, Infinity),
    ...grid(people, { ...space, y: main + GAP, height: strip }),
  ];
}

/** Rows of equal tiles, the last row centred, in as many columns as make the pictures largest. */
function grid(count, space, widest = WIDEST) {
  let best = { area: -1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (space.width - GAP * (columns - 1)) / columns,
      height: (space.height - GAP * (rows - 1)) / rows,
    };
    const width = Math.max(0, Math.min(cell.width, cell.height * widest));
    const height = Math.max(0, Math.min(cell.height, cell.width / TALLEST));
    // How large a face would be in it: a picture of 5:4 is what people fill best.
    const picture = Math.min(width, height * 1.25);
    if (picture > best.area) best = { area: picture, columns, rows, width, height };
  }

  const { columns, rows, width, height } = best;
  const top = (space.height - rows * height - (rows - 1) * GAP) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (space.width - inRow * width - (inRow - 1) * GAP) / 2;
    return {
      x: space.x + left + (index % columns) * (width + GAP),
      y: space.y + top + row * (height + GAP),
      width,
      height,
    };
  });
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
